/** What a SAML assertion says, read from the tree that its signature was checked over: what the library does not look at, we do. */

/** A tree as the library gives it: names without prefix, attributes in `$`, text in `_`. */
type Tree = Readonly<Record<string, unknown>>

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)
/** An element without attributes or children may be just its text. */
const childrenOf = (tree: unknown, name: string): readonly unknown[] => {
  const children = isTree(tree) ? tree[name] : undefined
  return Array.isArray(children) ? children : []
}
const attributeOf = (tree: unknown, name: string): string | undefined => {
  const attributes = isTree(tree) ? tree['$'] : undefined
  const value = isTree(attributes) ? attributes[name] : undefined
  return typeof value === 'string' ? value : undefined
}
const textOf = (tree: unknown): unknown => {
  if (typeof tree === 'string' || !isTree(tree)) return tree
  // Text with elements in it is no name.
  return Object.keys(tree).every(key => key === '_' || key === '$') ? tree['_'] : tree
}

export interface Confirmation {
  readonly inResponseTo: string | undefined
  readonly recipient: string | undefined
  readonly until: number
}

export interface Assertion {
  readonly issuer: unknown
  readonly confirmations: readonly Confirmation[]
  /** When the person proved who they are, in milliseconds since 1970. */
  readonly authenticatedAt: number
  /** Until when the identity provider believes it. */
  readonly until: number
  /** All values of an attribute, or of the NameID. */
  readonly said: (name: string) => readonly unknown[]
}

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const timeOf = (text: string | undefined): number => (text === undefined ? NaN : Date.parse(text))

/** Undefined when there is not exactly one. */
export function readAssertion(document: unknown): Assertion | undefined {
  // The library gives one that stands alone as a tree, not as a list.
  const assertion = isTree(document) ? document['Assertion'] : undefined
  if (!isTree(assertion)) return undefined
  const [statement] = childrenOf(assertion, 'AuthnStatement')
  const subjects = childrenOf(assertion, 'Subject')
  const attributes = childrenOf(assertion, 'AttributeStatement').flatMap(one => childrenOf(one, 'Attribute'))
  const until = timeOf(attributeOf(statement, 'SessionNotOnOrAfter'))
  return {
    issuer: textOf(childrenOf(assertion, 'Issuer')[0]),
    confirmations: subjects
      .flatMap(subject => childrenOf(subject, 'SubjectConfirmation'))
      .filter(one => attributeOf(one, 'Method') === BEARER)
      .flatMap(one => childrenOf(one, 'SubjectConfirmationData'))
      .map(data => ({
        inResponseTo: attributeOf(data, 'InResponseTo'),
        recipient: attributeOf(data, 'Recipient'),
        until: timeOf(attributeOf(data, 'NotOnOrAfter')),
      })),
    authenticatedAt: timeOf(attributeOf(statement, 'AuthnInstant')),
    until: Number.isNaN(until) ? Infinity : until,
    said: name =>
      (name === 'NameID'
        ? subjects.flatMap(subject => childrenOf(subject, 'NameID'))
        : attributes.filter(one => attributeOf(one, 'Name') === name).flatMap(one => childrenOf(one, 'AttributeValue'))
      ).map(textOf),
  }
}
