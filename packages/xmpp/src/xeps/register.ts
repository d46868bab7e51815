/** XEP-0077 (2.4): In-Band Registration: accounts made, passwords changed and accounts removed by their owners. */
import { Element } from '../xml/element.ts'
import { type Codec, element } from './codec.ts'
import { DataForm } from './data-form.ts'
import { get, set } from './exchange.ts'

export const REGISTER = 'jabber:iq:register'
const OOB = 'jabber:x:oob'

/** §4: there are no others; what else is needed goes into a form. */
const FIELDS = [
  'username',
  'nick',
  'password',
  'name',
  'first',
  'last',
  'email',
  'address',
  'city',
  'state',
  'zip',
  'phone',
  'url',
  'date',
  'misc',
  'text',
] as const
export type RegistrationField = (typeof FIELDS)[number]

export interface Registration {
  readonly isRegistered: boolean
  readonly isRemoval: boolean
  readonly instructions: string | undefined
  /** Asked for (empty) or filled in. */
  readonly fields: ReadonlyMap<RegistrationField, string>
  readonly form: DataForm | undefined
  /** Where to register instead (§5). */
  readonly url: string | undefined
}

export const NOTHING_REGISTERED: Registration = {
  isRegistered: false,
  isRemoval: false,
  instructions: undefined,
  fields: new Map(),
  form: undefined,
  url: undefined,
}

export const Registration: Codec<Registration> = {
  ns: REGISTER,
  name: 'query',
  read(from) {
    const form = from.child(DataForm.ns, DataForm.name)
    return {
      isRegistered: from.child(REGISTER, 'registered') !== undefined,
      isRemoval: from.child(REGISTER, 'remove') !== undefined,
      instructions: from.child(REGISTER, 'instructions')?.text,
      fields: new Map(FIELDS.flatMap(name => from.childrenNamed(REGISTER, name).map(({ text }) => [name, text] as const))),
      form: form && DataForm.read(form),
      url: from.child(OOB, 'x')?.child(OOB, 'url')?.text,
    }
  },
  write: ({ isRegistered, isRemoval, instructions, fields, form, url }) =>
    new Element(REGISTER, 'query', {}, [
      ...(isRegistered ? [new Element(REGISTER, 'registered')] : []),
      ...(isRemoval ? [new Element(REGISTER, 'remove')] : []),
      ...(instructions === undefined ? [] : [new Element(REGISTER, 'instructions', {}, [instructions])]),
      ...[...fields].map(([name, text]) => new Element(REGISTER, name, {}, text === '' ? [] : [text])),
      ...(form ? [DataForm.write(form)] : []),
      ...(url === undefined ? [] : [new Element(OOB, 'x', {}, [new Element(OOB, 'url', {}, [url])])]),
    ]),
}

const Question: Codec<object> = { ns: REGISTER, name: 'query', read: () => ({}), write: () => new Element(REGISTER, 'query') }

export const AskRegistration = get(Question, Registration)
export const Register = set(Registration)

/** §8: what stream features say where in-band registration is possible before log-in. */
export const RegisterFeature = element('http://jabber.org/features/iq-register', 'register')
