/** A message in a line, where there is no room for it: a file says what is in it rather than what it is called. */
import type { Words } from '../../i18n/en.ts'
import { kindOf } from '../../model/file.ts'
import type { Message } from '../../model/message.ts'

export function inShort({ text, file }: Pick<Message, 'text' | 'file'>, words: Words): string {
  if (text !== '' || !file) return text
  const { picture, film, voiceMessage } = words
  const kind = kindOf(file)
  if (kind === 'other') return file.name
  const what = { picture, sound: voiceMessage, film }[kind]
  return file.about === undefined ? what : `${what}: ${file.about}`
}
