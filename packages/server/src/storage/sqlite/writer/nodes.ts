/** Nodes of publish-subscribe in their tables, but for their items. Triggers take away what belongs to a node (see the migration). */
import type { DatabaseSync } from 'node:sqlite'
import type { NodeHead, NodeOwner, NodeRecord, OwnSubscription, SubscriptionRecord } from '../../node-records.ts'
import type { Names } from './names.ts'
import { lastFrom, NEWEST, nodeItemTable } from './node-items.ts'

type Row = Record<string, unknown>

export function nodeTables(database: DatabaseSync, names: Names) {
  const find = database.prepare('SELECT id FROM node WHERE owner = ? AND name = ?')
  const place = (owner: NodeOwner, name: string): number | undefined => {
    const id = find.get(names.owner(owner) ?? null, name)?.['id']
    return id === undefined ? undefined : Number(id)
  }
  const items = nodeItemTable(database, place)
  return {
    reads: { ...nodeReads(database, names), ...items.reads },
    writes: { ...headWrites(database, names), ...peopleWrites(database, place), ...items.writes, expireItems: expirer(database) },
  }
}

const COLUMNS = 'node.id, name, creator, created_at, config, expire, items, bytes'

function nodeReads(database: DatabaseSync, names: Names) {
  const all = database.prepare(`SELECT ${COLUMNS} FROM node WHERE owner = ? ORDER BY name`)
  const one = database.prepare(`SELECT ${COLUMNS} FROM node WHERE owner = ? AND name = ?`)
  const list = database.prepare(`SELECT ${COLUMNS} FROM node WHERE owner = ? AND name > ? ORDER BY name LIMIT ?`)
  const count = database.prepare('SELECT count(*) AS n FROM node WHERE owner = ?')
  const countBy = database.prepare('SELECT count(*) AS n FROM node WHERE creator = ? AND owner = ?')
  const affiliations = database.prepare('SELECT bare, affiliation FROM node_affiliation WHERE node = ?')
  const subscriptions = database.prepare('SELECT subid, jid, bare, state, options FROM node_subscription WHERE node = ? ORDER BY subid')
  const last = database.prepare(NEWEST)
  const ownSubscriptions = database.prepare(
    `SELECT name, subid, jid, bare, state, options FROM node_subscription JOIN node ON node.id = node
     WHERE bare = ? AND owner = ? ORDER BY name, subid`,
  )
  const ownAffiliations = database.prepare(
    'SELECT name, affiliation FROM node_affiliation JOIN node ON node.id = node WHERE bare = ? AND owner = ? ORDER BY name',
  )
  const whole = (row: Row): NodeRecord => {
    const id = Number(row['id'])
    const newest = last.get(id)
    return {
      ...headFrom(row),
      items: Number(row['items']),
      bytes: Number(row['bytes']),
      affiliations: new Map(affiliations.all(id).map(({ bare, affiliation }) => [String(bare), String(affiliation)])),
      subscriptions: subscriptions.all(id).map(subscriptionFrom),
      last: newest && lastFrom(newest),
    }
  }
  return {
    loadNodes: (owner: NodeOwner, name?: string): readonly NodeRecord[] => {
      const number = names.owner(owner)
      if (number === undefined) return []
      return (name === undefined ? all.all(number) : one.all(number, name)).map(whole)
    },
    listNodes: (owner: NodeOwner, after: string | undefined, limit: number): readonly NodeHead[] =>
      list.all(names.owner(owner) ?? null, after ?? '', limit).map(headFrom),
    countNodes: (owner: NodeOwner): number => Number(count.get(names.owner(owner) ?? null)?.['n']),
    countNodesBy: (owner: NodeOwner, creator: string): number => Number(countBy.get(creator, names.owner(owner) ?? null)?.['n']),
    nodeSubscriptionsOf: (owner: NodeOwner, bare: string): readonly OwnSubscription[] =>
      ownSubscriptions
        .all(bare, names.owner(owner) ?? null)
        .map(row => ({ node: String(row['name']), subscription: subscriptionFrom(row) })),
    nodeAffiliationsOf: (owner: NodeOwner, bare: string): ReadonlyMap<string, string> =>
      new Map(ownAffiliations.all(bare, names.owner(owner) ?? null).map(row => [String(row['name']), String(row['affiliation'])])),
  }
}

function headWrites(database: DatabaseSync, names: Names) {
  const put = database.prepare(
    `INSERT INTO node (owner, name, creator, created_at, config, expire) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (owner, name) DO UPDATE SET config = excluded.config, expire = excluded.expire`,
  )
  const remove = database.prepare('DELETE FROM node WHERE owner = ? AND name = ?')
  return {
    putNode: (owner: NodeOwner, { name, creator, createdAt, config, expire }: NodeHead): void =>
      void put.run(names.makeOwner(owner), name, creator, createdAt, config, expire ?? null),
    removeNode: (owner: NodeOwner, name: string): void => void remove.run(names.owner(owner) ?? null, name),
  }
}

function peopleWrites(database: DatabaseSync, place: (owner: NodeOwner, name: string) => number | undefined) {
  const setAffiliation = database.prepare('INSERT OR REPLACE INTO node_affiliation VALUES (?, ?, ?)')
  const dropAffiliation = database.prepare('DELETE FROM node_affiliation WHERE node = ? AND bare = ?')
  const putSubscription = database.prepare('INSERT OR REPLACE INTO node_subscription VALUES (?, ?, ?, ?, ?, ?)')
  const dropSubscription = database.prepare('DELETE FROM node_subscription WHERE node = ? AND subid = ?')
  const forget = ['node_affiliation', 'node_subscription'].map(table => database.prepare(`DELETE FROM ${table} WHERE bare = ?`))
  return {
    setNodeAffiliation: (owner: NodeOwner, name: string, bare: string, affiliation: string | undefined): void => {
      const node = place(owner, name)
      if (node === undefined) return
      if (affiliation === undefined) dropAffiliation.run(node, bare)
      else setAffiliation.run(node, bare, affiliation)
    },
    putNodeSubscription: (owner: NodeOwner, name: string, { subid, jid, bare, state, options }: SubscriptionRecord): void => {
      const node = place(owner, name)
      if (node !== undefined) putSubscription.run(node, subid, jid, bare, state, options)
    },
    removeNodeSubscription: (owner: NodeOwner, name: string, subid: string): void => {
      const node = place(owner, name)
      if (node !== undefined) dropSubscription.run(node, subid)
    },
    forgetAtNodes: (bare: string): void => {
      for (const drop of forget) drop.run(bare)
    },
  }
}

function expirer(database: DatabaseSync) {
  const lasting = database.prepare(
    'SELECT node.id, name, expire, localpart FROM node JOIN owner ON owner.id = owner WHERE expire IS NOT NULL AND localpart IS NOT NULL',
  )
  const drop = database.prepare('DELETE FROM node_item WHERE node = ? AND at <= ?')
  return (now: number): readonly { readonly owner: NodeOwner; readonly node: string }[] =>
    lasting
      .all()
      .filter(({ id, expire }) => Number(drop.run(Number(id), now - Number(expire) * 1000).changes) > 0)
      .map(({ localpart, name }) => ({ owner: String(localpart), node: String(name) }))
}

const headFrom = (row: Row): NodeHead => ({
  name: String(row['name']),
  creator: String(row['creator']),
  createdAt: Number(row['created_at']),
  config: String(row['config']),
  expire: row['expire'] === null ? undefined : Number(row['expire']),
})

const subscriptionFrom = (row: Row): SubscriptionRecord => ({
  subid: String(row['subid']),
  jid: String(row['jid']),
  bare: String(row['bare']),
  state: row['state'] === 'pending' ? 'pending' : 'subscribed',
  options: String(row['options']),
})
