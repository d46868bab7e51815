/** All commands, in the order of the overview. */
import type { Command } from './command.ts'
import { backup, restore } from './commands/backup.ts'
import { configCheck } from './commands/config-check.ts'
import { userDevices } from './commands/devices.ts'
import { dns } from './commands/dns.ts'
import { userExport, userImport } from './commands/moving.ts'
import { passwordsImport } from './commands/passwords.ts'
import { roomCommands } from './commands/rooms.ts'
import { sample } from './commands/sample.ts'
import { serviceCommands } from './commands/service.ts'
import { start } from './commands/start.ts'
import { uploadCommands } from './commands/uploads.ts'
import { userAdd, userList, userLock, userPassword, userRemove, userShow, userUnlock } from './commands/user.ts'

export const COMMANDS: readonly Command[] = [
  start,
  userAdd,
  userShow,
  userList,
  userLock,
  userUnlock,
  userRemove,
  userPassword,
  userDevices,
  userExport,
  userImport,
  ...uploadCommands,
  ...roomCommands,
  ...serviceCommands,
  passwordsImport,
  configCheck,
  dns,
  backup,
  restore,
  sample,
]
