/** Kinds of rooms that people ask for, as what they decide: a room begins as one of them, and its owners change what they like. */
import { type RoomSettings, USUAL_SETTINGS } from './settings.ts'

export interface Template {
  readonly name: string
  readonly meaning: string
  readonly settings: Partial<RoomSettings>
}

const WITH_VOICE = { isModerated: true, mayChangeSubject: false, privateMessages: 'moderators' } as const satisfies Partial<RoomSettings>

export const TEMPLATES: readonly Template[] = [
  { name: 'open', meaning: 'Open to everybody here, and listed', settings: {} },
  { name: 'members', meaning: 'For members only, and not listed', settings: { isMembersOnly: true, isPublic: false } },
  {
    name: 'lecture',
    meaning: 'Open to everybody; whoever wants to say something asks for the floor',
    settings: { ...WITH_VOICE, shownRoles: ['moderator', 'participant'] },
  },
  {
    name: 'announcements',
    meaning: 'Its moderators speak, and everybody reads, and says so where that is asked',
    settings: { ...WITH_VOICE, mayInvite: true, keepsMarks: true, shownRoles: ['moderator'] },
  },
]

export const settingsOf = (name: string): RoomSettings | undefined => {
  const template = TEMPLATES.find(one => one.name === name)
  return template && { ...USUAL_SETTINGS, ...template.settings }
}
