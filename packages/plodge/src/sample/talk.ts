/** What the people of the sample campus said to each other, and the rooms that they meet in. */

interface SampleMessage {
  readonly from: string
  readonly to: string
  readonly text: string
}

export interface SampleRoom {
  readonly name: string
  readonly title: string
  readonly about: string
  /** Everybody of it is a member; the first of them owns the room. */
  readonly group: string
  readonly talk: readonly { readonly from: string; readonly text: string }[]
}

export const SAMPLE_TALK: readonly SampleMessage[] = [
  { from: 'dpc22', to: 'fanf2', text: 'The new mail hub is up. Would you look at the queue graphs before lunch?' },
  { from: 'fanf2', to: 'dpc22', text: 'Looking now. One queue was slow last night, and it is not slow any more.' },
  { from: 'amt33', to: 'fanf2', text: 'Shall we meet at four? I have a question that may not have an answer.' },
  { from: 'jbb68', to: 'spqr1', text: 'There is a bit of scruff on the chart again, 1.3 seconds apart.' },
  { from: 'spqr1', to: 'jbb68', text: 'Bring the paper over, and I shall bring tea.' },
  { from: 'sr87', to: 'amt33', text: '1729 is a very interesting number.' },
]

export const SAMPLE_ROOMS: readonly SampleRoom[] = [
  {
    name: 'reading-group',
    title: 'Reading group',
    about: 'One paper a fortnight, Thursdays at five',
    group: 'Reading group',
    talk: [
      { from: 'fanf2', text: 'This Thursday: “On computable numbers”. The author has kindly agreed to come.' },
      { from: 'amt33', text: 'I make no promise that I shall halt.' },
      { from: 'cpg10', text: 'I will bring biscuits. Which room are we in?' },
    ],
  },
  {
    name: 'numerical-methods',
    title: 'Supervision: numerical methods',
    about: 'Questions between supervisions; sheets are due on Mondays',
    group: 'Supervision: numerical methods',
    talk: [
      { from: 'spqr1', text: 'On sheet 3, question 4: may I assume that the step is small?' },
      { from: 'rjd4', text: 'You may; then say how small, and what happens when it is not.' },
    ],
  },
  {
    name: 'mathlab',
    title: 'Mathematical Laboratory',
    about: 'The machine, its programs, and when one may have it',
    group: 'Mathematical Laboratory',
    talk: [
      { from: 'mvw1', text: 'The machine is free from two until six tonight.' },
      { from: 'djw2', text: 'I have a library of subroutines to try. I shall take from two.' },
    ],
  },
]
