/** Accounts, rosters, documents, nodes and uploads as the rest of the server sees them: the writer answers, so that reads see the writes before them. */
import type { Accounts, Audit, Clients, Documents, Nodes, Rooms, Rosters, Uploads, Usage, WebSessions } from '../repositories.ts'
import type { GroupCommit } from './group-commit.ts'
import type { ReadCalls, WriteCalls } from './protocol.ts'

/** Calls of the writer by name, with the types of the functions that answer there. */
const reads =
  (commits: GroupCommit) =>
  <Name extends keyof ReadCalls>(name: Name, ...args: Parameters<ReadCalls[Name]>) =>
    commits.read(name, args) as Promise<ReturnType<ReadCalls[Name]>>
const writes =
  (commits: GroupCommit) =>
  <Name extends keyof WriteCalls>(name: Name, ...args: Parameters<WriteCalls[Name]>) =>
    commits.write(name, args) as Promise<ReturnType<WriteCalls[Name]>>

export function accounts(commits: GroupCommit, purge: () => void): Accounts {
  const read = reads(commits)
  const write = writes(commits)
  return {
    find: localpart => read('findAccount', localpart),
    list: (after, limit) => read('listAccounts', after, limit),
    count: () => read('countAccounts'),
    put: account => write('putAccount', account),
    async replace({ put, remove }) {
      await write('replaceAccounts', put, remove)
      if (remove.length > 0) purge()
    },
    async remove(localpart) {
      await write('removeAccount', localpart)
      purge()
    },
  }
}

export function clients(commits: GroupCommit): Clients {
  const read = reads(commits)
  const write = writes(commits)
  return {
    list: owner => read('listClients', owner),
    note: (clients, most) => write('noteClients', clients, most),
    remove: (owner, id) => write('removeClient', owner, id),
    tokens: (owner, id) => read('clientTokens', owner, id),
    setTokens: (owner, id, tokens) => write('setClientTokens', owner, id, tokens),
    withTokens: (owner, now) => read('clientsWithTokens', owner, now),
    expire: before => write('expireClients', before),
    removeAppPassword: (owner, appPassword) => write('removeAppPassword', owner, appPassword),
    passwordChanged: owners => write('notePasswordChange', owners),
  }
}

export function webSessions(commits: GroupCommit): WebSessions {
  const read = reads(commits)
  const write = writes(commits)
  return {
    list: (owner, now) => read('listWebSessions', owner, now),
    isOver: (owner, id) => read('isWebSessionOver', owner, id),
    note: (session, most) => write('noteWebSession', session, most),
    seen: (owner, id, lastSeen, expiresAt) => write('sawWebSession', owner, id, lastSeen, expiresAt),
    revoke: (owner, id, now) => write('revokeWebSession', owner, id, now),
    over: (owner, id) => write('webSessionOver', owner, id),
    revoked: now => read('revokedWebSessions', now),
    expire: now => write('expireWebSessions', now),
  }
}

export function rosters(commits: GroupCommit): Rosters {
  const read = reads(commits)
  const write = writes(commits)
  return {
    load: owner => read('loadRoster', owner),
    since: (owner, version) => read('rosterSince', owner, version),
    put: (owner, row, version) => write('putRosterRow', owner, row, version),
    remove: (owner, contact, version) => write('removeRosterRow', owner, contact, version),
  }
}

export function documents(commits: GroupCommit): Documents {
  const read = reads(commits)
  const write = writes(commits)
  return {
    get: (owner, kind, name) => read('getDocument', owner, kind, name),
    list: (owner, kind) => read('listDocuments', owner, kind),
    set: (owner, kind, name, text) => write('setDocument', owner, kind, name, text),
  }
}

export function audit(commits: GroupCommit): Audit {
  const read = reads(commits)
  const write = writes(commits)
  return { append: entry => write('appendAudit', entry), list: query => read('listAudit', query) }
}

export function usage(commits: GroupCommit): Usage {
  const read = reads(commits)
  const write = writes(commits)
  return {
    note: (day, present, logins) => write('noteUsage', day, present, logins),
    lastLogin: owner => read('lastLogin', owner),
    closeDays: today => write('closeDays', today),
    counts: (since, today) => read('usageCounts', since, today),
  }
}

export function uploads(commits: GroupCommit): Uploads {
  const read = reads(commits)
  const write = writes(commits)
  return {
    find: id => read('findUpload', id),
    list: (owner, before, limit) => read('listUploads', owner, before, limit),
    usage: owner => read('uploadUsage', owner),
    total: () => read('uploadTotal'),
    put: (record, most) => write('putUpload', record, most),
    remove: id => write('removeUpload', id),
    removeContent: hash => write('removeContent', hash),
    expire: (by, limit) => write('expireUploads', by, limit),
    used: hashes => read('usedContents', hashes),
    loose: limit => read('looseContents', limit),
    settle: hash => write('settleContent', hash),
  }
}

export function nodes(commits: GroupCommit): Nodes {
  const read = reads(commits)
  const write = writes(commits)
  return {
    load: (owner, name) => read('loadNodes', owner, name),
    list: (owner, after, limit) => read('listNodes', owner, after, limit),
    count: owner => read('countNodes', owner),
    countBy: (owner, creator) => read('countNodesBy', owner, creator),
    put: (owner, node) => write('putNode', owner, node),
    remove: (owner, name) => write('removeNode', owner, name),
    setAffiliation: (owner, name, bare, affiliation) => write('setNodeAffiliation', owner, name, bare, affiliation),
    putSubscription: (owner, name, subscription) => write('putNodeSubscription', owner, name, subscription),
    removeSubscription: (owner, name, subid) => write('removeNodeSubscription', owner, name, subid),
    publish: (owner, name, items, keep) => write('publishItems', owner, name, items, keep),
    retract: (owner, name, ids) => write('retractItems', owner, name, ids),
    items: query => read('nodeItems', query),
    subscriptionsOf: (owner, bare) => read('nodeSubscriptionsOf', owner, bare),
    affiliationsOf: (owner, bare) => read('nodeAffiliationsOf', owner, bare),
    expire: now => write('expireItems', now),
    forget: bare => write('forgetAtNodes', bare),
  }
}

export function rooms(commits: GroupCommit, purge: () => void): Rooms {
  const read = reads(commits)
  const write = writes(commits)
  return {
    load: name => read('loadRoom', name),
    list: query => read('listRooms', query),
    of: person => read('roomsOf', person),
    put: (head, people, changes, mostChanges) => write('putRoom', head, people, changes, mostChanges),
    setSubject: (name, subject) => write('setRoomSubject', name, subject),
    setMark: (name, person, mark) => write('setRoomMark', name, person, mark),
    async remove(name, history) {
      await write('removeRoom', name, history)
      purge()
    },
    forget: person => write('forgetInRooms', person),
  }
}
