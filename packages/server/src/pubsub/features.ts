/** What of XEP-0060 (§10) is offered: by every place, and by accounts alone. Each name is a promise that some use case here keeps. */
export const FEATURES: readonly string[] = [
  'access-open',
  'access-whitelist',
  'auto-create',
  'config-node',
  'config-node-max',
  'create-and-configure',
  'create-nodes',
  'delete-items',
  'delete-nodes',
  'instant-nodes',
  'item-ids',
  'multi-items',
  'persistent-items',
  'publish',
  'publish-options',
  'purge-nodes',
  'retract-items',
  'retrieve-default',
  'retrieve-items',
  'rsm',
]

/** What takes presence and a roster. */
export const PERSONAL_FEATURES: readonly string[] = [
  'access-presence',
  'access-roster',
  'auto-subscribe',
  'filtered-notifications',
  'last-published',
]
