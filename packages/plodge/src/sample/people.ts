/** The people of the sample campus: a dozen who could have met in Cambridge, had they lived at one time. */

export interface SamplePerson {
  readonly localpart: string
  readonly name: string
  /** Everybody of a group has everybody else of it as a contact. */
  readonly groups: readonly string[]
}

export const SAMPLE_PASSWORD = 'test'

export const SAMPLE_PEOPLE: readonly SamplePerson[] = [
  { localpart: 'fanf2', name: 'Tony Finch', groups: ['Computing Service', 'Reading group'] },
  { localpart: 'dpc22', name: 'David Carter', groups: ['Computing Service'] },
  { localpart: 'rjd4', name: 'Bob Dowling', groups: ['Computing Service', 'Supervision: numerical methods'] },
  { localpart: 'amt33', name: 'Alan Turing', groups: ['Mathematical Laboratory', 'Supervision: numerical methods', 'Reading group'] },
  { localpart: 'mvw1', name: 'Maurice Wilkes', groups: ['Mathematical Laboratory'] },
  { localpart: 'djw2', name: 'David Wheeler', groups: ['Mathematical Laboratory'] },
  { localpart: 'kisj3', name: 'Karen Spärck Jones', groups: ['Mathematical Laboratory', 'Newnham'] },
  { localpart: 'ref25', name: 'Rosalind Franklin', groups: ['Newnham'] },
  { localpart: 'cpg10', name: 'Cecilia Payne', groups: ['Newnham', 'Observatory', 'Reading group'] },
  { localpart: 'jbb68', name: 'Jocelyn Bell', groups: ['Observatory'] },
  { localpart: 'sr87', name: 'Srinivasa Ramanujan', groups: ['Supervision: numerical methods'] },
  { localpart: 'spqr1', name: 'Sue Quinn', groups: ['Supervision: numerical methods', 'Observatory'] },
]
