/** Every change of the schema, in order. The database's `user_version` is how many it has had. Never edit one that was released. */
import { first } from './0001-first.ts'
import { clients } from './0002-clients.ts'
import { uploads } from './0003-uploads.ts'
import { records } from './0004-records.ts'
import { appPasswords } from './0005-app-passwords.ts'
import { search } from './0006-search.ts'
import { nodes } from './0007-nodes.ts'
import { retractions } from './0008-retractions.ts'
import { rooms } from './0009-rooms.ts'
import { roomVersions } from './0010-room-versions.ts'
import { roomMarks } from './0011-room-marks.ts'
import { webSessions } from './0012-web-sessions.ts'

export const migrations: readonly string[] = [
  first,
  clients,
  uploads,
  records,
  appPasswords,
  search,
  nodes,
  retractions,
  rooms,
  roomVersions,
  roomMarks,
  webSessions,
]
