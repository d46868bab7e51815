/** XEP-0092 (1.1): Software Version. */
import { element, one, text, textElement } from './codec.ts'
import { get } from './exchange.ts'

export const VERSION = 'jabber:iq:version'

export const AskVersion = get(
  element(VERSION, 'query'),
  element(VERSION, 'query', {
    name: one(textElement(VERSION, 'name')),
    version: one(textElement(VERSION, 'version')),
    os: text(VERSION, 'os'),
  }),
)
