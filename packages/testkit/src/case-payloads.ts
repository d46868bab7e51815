/** Which codec reads which payload of the golden cases. A new specification with payloads adds its line here. */
import { Bind2 } from '@plodge/xmpp/xeps/bind2.ts'
import { Authenticate, Success } from '@plodge/xmpp/xeps/sasl2.ts'
import { Fast, RequestToken, Token } from '@plodge/xmpp/xeps/fast.ts'
import { Hash, Salt } from '@plodge/xmpp/xeps/sasl-upgrade.ts'
import { Activate, AskStreamHost } from '@plodge/xmpp/xeps/bytestreams.ts'
import { AskBlockList, UnblockAddresses } from '@plodge/xmpp/xeps/blocking.ts'
import { Caps } from '@plodge/xmpp/xeps/caps.ts'
import { DisableCarbons, EnableCarbons, Private, Received, Sent } from '@plodge/xmpp/xeps/carbons.ts'
import { ListClients, RevokeClient } from '@plodge/xmpp/xeps/client-access.ts'
import { Active, ClientState, Inactive } from '@plodge/xmpp/xeps/client-state.ts'
import { ChatStates } from '@plodge/xmpp/xeps/chat-states.ts'
import { Markable, MarkDisplayed } from '@plodge/xmpp/xeps/chat-markers.ts'
import { EncryptedBy } from '@plodge/xmpp/xeps/encryption-hint.ts'
import { Fallback } from '@plodge/xmpp/xeps/fallback.ts'
import { CallMessages } from '@plodge/xmpp/xeps/jingle-message.ts'
import { Replace } from '@plodge/xmpp/xeps/message-correct.ts'
import { Reactions } from '@plodge/xmpp/xeps/reactions.ts'
import { Receipt, RequestReceipt } from '@plodge/xmpp/xeps/receipts.ts'
import { Reply } from '@plodge/xmpp/xeps/reply.ts'
import { Retract, Retracted } from '@plodge/xmpp/xeps/retract.ts'
import { AskSearchForm, SearchChannels } from '@plodge/xmpp/xeps/channel-search.ts'
import { Execute } from '@plodge/xmpp/xeps/commands.ts'
import { type Codec, textElement } from '@plodge/xmpp/xeps/codec.ts'
import { DataForm } from '@plodge/xmpp/xeps/data-form.ts'
import { Delay } from '@plodge/xmpp/xeps/delay.ts'
import { AskInfo, AskItems } from '@plodge/xmpp/xeps/disco.ts'
import { AskTime } from '@plodge/xmpp/xeps/entity-time.ts'
import { AskCredentials, AskServices, PushServices } from '@plodge/xmpp/xeps/external-services.ts'
import { Forwarded } from '@plodge/xmpp/xeps/forward.ts'
import { NoCopy, NoPermanentStore, NoStore, Store } from '@plodge/xmpp/xeps/hints.ts'
import { AskLastActivity } from '@plodge/xmpp/xeps/last-activity.ts'
import { ArchiveResult, AskFilterFields, AskMetadata, Fin, QueryArchive } from '@plodge/xmpp/xeps/mam.ts'
import { AskArchivePreferences, SetArchivePreferences } from '@plodge/xmpp/xeps/mam-preferences.ts'
import {
  AskConfiguration,
  AskItemsOfRoom,
  AskUniqueName,
  ChangeItems,
  Configure,
  DirectInvitation,
  Enter,
  Hats,
  Moderate,
  OccupantId,
  UserInfo,
  UserList,
} from '@plodge/xmpp/xeps/muc.ts'
import { Ping } from '@plodge/xmpp/xeps/ping.ts'
import { Reference } from '@plodge/xmpp/xeps/references.ts'
import { AskPrivate, StorePrivate } from '@plodge/xmpp/xeps/private-storage.ts'
import { AskPubsub, SetPubsub } from '@plodge/xmpp/xeps/pubsub.ts'
import { PubsubEvent, SubscriptionIds } from '@plodge/xmpp/xeps/pubsub-event.ts'
import { AskPubsubOwner, SetPubsubOwner } from '@plodge/xmpp/xeps/pubsub-owner.ts'
import { Caps2 } from '@plodge/xmpp/xeps/caps2.ts'
import { DisablePush, EnablePush, PublishNotification, ServiceStops } from '@plodge/xmpp/xeps/push.ts'
import { AskRegistration, Register, RegisterFeature } from '@plodge/xmpp/xeps/register.ts'
import { BlockAndReport, Report } from '@plodge/xmpp/xeps/reporting.ts'
import { ResultSet } from '@plodge/xmpp/xeps/rsm.ts'
import { OriginId, StanzaId } from '@plodge/xmpp/xeps/stanza-id.ts'
import { StreamLimits } from '@plodge/xmpp/xeps/stream-limits.ts'
import { AskVCard, SetVCard } from '@plodge/xmpp/xeps/vcard.ts'
import { VCardUpdate } from '@plodge/xmpp/xeps/vcard-avatar.ts'
import { AskVersion } from '@plodge/xmpp/xeps/version.ts'
import type { Exchange } from '@plodge/xmpp/xeps/exchange.ts'
import { CLIENT } from '@plodge/xmpp/stanza/stanza.ts'
import type { Name } from '@plodge/xmpp/xml/element.ts'

/** Any codec will do: the runner only reads and writes what it read. */
type AnyCodec = Codec<never>
type AnyExchange = Exchange<never, never>

const EXCHANGES = [
  AskSearchForm,
  SearchChannels,
  AskConfiguration,
  AskItemsOfRoom,
  AskUniqueName,
  ChangeItems,
  Configure,
  Moderate,
  Activate,
  AskStreamHost,
  DisablePush,
  EnablePush,
  PublishNotification,
  AskBlockList,
  BlockAndReport,
  UnblockAddresses,
  EnableCarbons,
  DisableCarbons,
  ListClients,
  RevokeClient,
  Execute,
  AskInfo,
  AskItems,
  AskTime,
  AskCredentials,
  AskServices,
  PushServices,
  AskLastActivity,
  QueryArchive,
  AskFilterFields,
  AskMetadata,
  AskArchivePreferences,
  SetArchivePreferences,
  Ping,
  AskPrivate,
  StorePrivate,
  AskPubsub,
  SetPubsub,
  AskPubsubOwner,
  SetPubsubOwner,
  AskRegistration,
  Register,
  AskVCard,
  SetVCard,
  AskVersion,
] as unknown as readonly AnyExchange[]

const TEXTS = ['body', 'subject', 'thread', 'show', 'status', 'priority'].map(name => textElement(CLIENT, name))

const ANYWHERE = [
  DirectInvitation,
  Enter,
  OccupantId,
  Reference,
  Hats,
  UserList,
  UserInfo,
  Authenticate,
  Success,
  Bind2,
  Fast,
  RequestToken,
  Token,
  Hash,
  Salt,
  Active,
  ArchiveResult,
  Caps,
  Caps2,
  ClientState,
  DataForm,
  Delay,
  Fin,
  Forwarded,
  Inactive,
  NoCopy,
  NoPermanentStore,
  NoStore,
  OriginId,
  Private,
  PubsubEvent,
  SubscriptionIds,
  Received,
  RegisterFeature,
  Report,
  ResultSet,
  Sent,
  ServiceStops,
  StanzaId,
  Store,
  StreamLimits,
  VCardUpdate,
  ...ChatStates,
  ...CallMessages,
  Markable,
  MarkDisplayed,
  EncryptedBy,
  Fallback,
  Replace,
  Reactions,
  Receipt,
  RequestReceipt,
  Reply,
  Retract,
  Retracted,
  ...TEXTS,
] as unknown as readonly AnyCodec[]

/** `type` is that of the IQ around it, undefined elsewhere. An error repeats the question (RFC 6120 §8.3.1), whichever it was. */
export function codecsFor({ ns, name }: Name, type: string | undefined): readonly AnyCodec[] {
  const isIt = (codec: AnyCodec | undefined): codec is AnyCodec => codec?.ns === ns && codec.name === name
  const inIq =
    type === 'result'
      ? EXCHANGES.map(({ response }) => response)
      : EXCHANGES.filter(exchange => type === 'error' || exchange.type === type).map(({ request }) => request)
  return [...inIq, ...ANYWHERE].filter(isIt)
}
