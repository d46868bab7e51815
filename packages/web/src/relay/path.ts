/** Where a browser's WebSocket is. */
export const WEBSOCKET_PATH = '/xmpp-websocket'
