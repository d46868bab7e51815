/** How the store names a person. */

/** The localpart of a local account, already normalised: `fanf2`. */
export type Localpart = string
