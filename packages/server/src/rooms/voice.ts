/** XEP-0045 §7.13, §8.6: who has no voice asks for it, and moderators decide. */
import type { Jid } from '@plodge/xmpp/jid/jid.ts'
import { StanzaError } from '@plodge/xmpp/stanza/errors.ts'
import { Stanza } from '@plodge/xmpp/stanza/stanza.ts'
import { answersTo } from '@plodge/xmpp/xeps/data-form-answers.ts'
import { DataForm, formField, namedForm } from '@plodge/xmpp/xeps/data-form.ts'
import { VOICE_REQUEST } from '@plodge/xmpp/xeps/muc.ts'
import { change } from './administration.ts'
import { type Delivery, devicesOf, type Occupant, type Room } from './room.ts'
import { insider } from './speech.ts'

/** The request of a visitor, or the answer of a moderator. Throws StanzaError to refuse. */
export function voiceForm(room: Room, form: DataForm, device: Jid): readonly Delivery[] {
  const occupant = insider(room, device)
  if (form.kind === 'cancel') return []
  if (occupant.role === 'moderator') return decide(room, form, device)
  if (occupant.role !== 'visitor') throw new StanzaError('bad-request', 'You have a voice in this room')
  const to = [...room.occupants.values()].filter(({ role }) => role === 'moderator').flatMap(devicesOf)
  return [{ stanza: Stanza.of('message', { from: room.address }, [DataForm.write(formFor(occupant))]), to }]
}

const formFor = ({ at, seats }: Occupant): DataForm =>
  namedForm(
    'form',
    VOICE_REQUEST,
    [
      formField('muc#role', {
        type: 'list-single',
        label: 'Requested role',
        values: ['participant'],
        options: [{ label: undefined, value: 'participant' }],
      }),
      formField('muc#jid', { type: 'jid-single', label: 'User ID', values: seats.slice(0, 1).map(seat => seat.device.full) }),
      formField('muc#roomnick', { type: 'text-single', label: 'Room Nickname', values: [at.resource] }),
      formField('muc#request_allow', { type: 'boolean', label: 'Grant voice to this person?', values: ['false'] }),
    ],
    { title: 'Voice request', instructions: ['To give this person a voice in the room, say yes below. To leave it, cancel.'] },
  )

function decide(room: Room, form: DataForm, by: Jid): readonly Delivery[] {
  const asked = namedForm('form', VOICE_REQUEST, [
    formField('muc#roomnick', { type: 'text-single', isRequired: true }),
    formField('muc#request_allow', { type: 'boolean', isRequired: true }),
  ])
  const answers = answersTo(asked, form)
  if (answers.get('muc#request_allow')?.[0] !== 'true') return []
  const nick = answers.get('muc#roomnick')?.[0]
  // Another moderator was quicker.
  if (room.occupants.get(nick ?? '')?.role === 'participant') return []
  const none = { affiliation: undefined, jid: undefined, actor: undefined, reason: undefined }
  return change(room, [{ ...none, nick, role: 'participant' }], by)
}
