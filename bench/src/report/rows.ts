/** The figures in the order they are shown, with their names and units. */

import { roomSizes } from '../phases/rooms.ts'
import type { Lengths } from '../stand.ts'

export interface Row {
  readonly label: string
  readonly metric: string
  readonly unit: string
  readonly digits: number
  /** More of it is better; less, otherwise. */
  readonly moreIsBetter?: true
  /** Says how the measuring went, not how good a server is: no ratios. */
  readonly isNote?: true
}

const conversation = (label: string, metric: string): readonly Row[] => [
  { label: `${label}: CPU per message`, metric: `${metric}.cpu`, unit: 'µs', digits: 0 },
  { label: '… messages a second', metric: `${metric}.rate`, unit: '', digits: 0, moreIsBetter: true },
  { label: '… CPU of the load generator', metric: `${metric}.load`, unit: 'µs', digits: 0, isNote: true },
]

const steady = (label: string, metric: string): readonly Row[] => [
  { label: `${label}: CPU per message`, metric: `${metric}.cpu`, unit: 'µs', digits: 0 },
  { label: '… messages a second (fewer than 1000: could not keep up)', metric: `${metric}.rate`, unit: '', digits: 0, isNote: true },
  { label: '… latency, p50', metric: `${metric}.p50`, unit: 'ms', digits: 2 },
  { label: '… latency, p99', metric: `${metric}.p99`, unit: 'ms', digits: 2 },
  { label: '… CPU of the load generator', metric: `${metric}.load`, unit: 'µs', digits: 0, isNote: true },
]

const inRoom = (label: string, metric: string): readonly Row[] => [
  { label, metric: `${metric}.cpu`, unit: 'µs', digits: 1 },
  { label: '… from saying to hearing, p50', metric: `${metric}.p50`, unit: 'ms', digits: 1 },
  { label: '… p99', metric: `${metric}.p99`, unit: 'ms', digits: 1 },
  { label: '… memory of each who is inside', metric: `${metric}.memory`, unit: 'KB', digits: 1 },
  { label: '… until all are inside', metric: `${metric}.join`, unit: 's', digits: 1 },
  { label: '… CPU of the load generator', metric: `${metric}.load`, unit: 'µs', digits: 1, isNote: true },
]

export function rowsFor({ crowds: [smaller, larger], archived }: Lengths): readonly Row[] {
  return [
    ...conversation('chat, closed loop, 1000 users', 'closed'),
    ...conversation('… with stream management', 'managed'),
    ...conversation('… with the archive on', 'archived'),
    { label: '… CPU for it when the talk is over (search index, tidying up)', metric: 'archived-later.cpu', unit: 'µs', digits: 0 },
    ...steady('chat at 1000/s', 'steady'),
    ...steady('… with stream management', 'managed-steady'),
    ...steady('… with the archive on', 'archived-steady'),
    { label: 'log-in: TLS, SCRAM, bind: CPU', metric: 'login.cpu', unit: 'ms', digits: 2 },
    { label: '… CPU of the load generator', metric: 'login.load', unit: 'ms', digits: 2, isNote: true },
    { label: '… and roster, carbons, presence to 20 contacts: CPU', metric: 'presence.cpu', unit: 'ms', digits: 2 },
    { label: '… CPU of the load generator', metric: 'presence.load', unit: 'ms', digits: 2, isNote: true },
    ...[smaller, larger].flatMap(crowd => [
      { label: `idle session, ${crowd} online, roster and presence`, metric: `memory.${crowd}`, unit: 'KB', digits: 0 },
      { label: '… with 0198', metric: `memory-managed.${crowd}`, unit: 'KB', digits: 0 },
    ]),
    ...[
      { label: `${smaller} lines cut, all resume at once: CPU each`, metric: 'return' },
      { label: '… by token, in one breath: CPU each', metric: 'return-token' },
    ].flatMap(({ label, metric }) => [
      { label, metric: `${metric}.cpu`, unit: 'ms', digits: 2 },
      { label: '… until the last one is back', metric: `${metric}.seconds`, unit: 's', digits: 2 },
      { label: '… CPU of the load generator', metric: `${metric}.load`, unit: 'ms', digits: 2, isNote: true } as const,
    ]),
    { label: 'a phone that missed 500 messages has them all, p50', metric: 'missed.p50', unit: 'ms', digits: 0 },
    { label: '… the longest of 20', metric: 'missed.longest', unit: 'ms', digits: 0 },
    { label: '… CPU for each message, kept and delivered', metric: 'missed.cpu', unit: 'µs', digits: 0 },
    ...roomSizes.flatMap(size => inRoom(`a room of ${size} people: CPU for each copy`, `room.${size}`)),
    ...inRoom(`… of ${roomSizes[0]} with its history kept`, `room-archived.${roomSizes[0]}`),
    { label: `browsers at the web tier, ${larger}: memory of a session there`, metric: 'web.memory', unit: 'KB', digits: 0 },
    { label: '… signing in and opening a stream: CPU there', metric: 'web.sign-in.cpu', unit: 'ms', digits: 2 },
    { label: '… a message from browser to browser, 500 pairs: CPU there', metric: 'web.message.cpu', unit: 'µs', digits: 0 },
    { label: '… CPU in the chat server', metric: 'web.message.chat', unit: 'µs', digits: 0 },
    { label: '… messages a second', metric: 'web.message.rate', unit: '', digits: 0, moreIsBetter: true },
    ...(['chat', 'web'] as const).flatMap(role => [
      {
        label: `… all back after the ${role === 'chat' ? 'chat server' : 'web tier'} was restarted`,
        metric: `web.restart-${role}.seconds`,
        unit: 's',
        digits: 1,
      },
      { label: '… with the session that they had', metric: `web.restart-${role}.resumed`, unit: '%', digits: 0, isNote: true } as const,
      { label: '… CPU for each in the web tier', metric: `web.restart-${role}.web`, unit: 'ms', digits: 2 },
      { label: '… CPU for each in the chat server', metric: `web.restart-${role}.chat`, unit: 'ms', digits: 2 },
    ]),
    { label: 'start to first log-in', metric: 'start', unit: 's', digits: 2 },
    { label: '500 users chat, 500 online: CPU per message', metric: 'growth.500.cpu', unit: 'µs', digits: 0 },
    { label: `500 users chat, ${larger} online: CPU per message`, metric: `growth.${larger}.cpu`, unit: 'µs', digits: 0 },
    { label: 'short history: CPU per message', metric: 'history-empty.cpu', unit: 'µs', digits: 0 },
    { label: `history of ${archived}: CPU per message`, metric: 'history-full.cpu', unit: 'µs', digits: 0 },
    { label: 'short history: page of 50, p99', metric: 'history-empty.page-p99', unit: 'ms', digits: 2 },
    { label: `history of ${archived}: page of 50, p50`, metric: 'history-full.page-p50', unit: 'ms', digits: 2 },
    { label: `history of ${archived}: page of 50, p99`, metric: 'history-full.page-p99', unit: 'ms', digits: 2 },
    { label: `history of ${archived}: search for two words, p50`, metric: 'search.p50', unit: 'ms', digits: 2 },
    { label: `history of ${archived}: search for two words, p99`, metric: 'search.p99', unit: 'ms', digits: 2 },
  ]
}
