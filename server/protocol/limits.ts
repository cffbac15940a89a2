/** Bounds that both sides of a door know: the client to warn in time, the server to refuse. */
export const limits = {
  /** UTF-16 units of a message's body. */
  bodyLength: 4_000,
  /** Messages on an aligned page of history. */
  pageSize: 50,
  pageMax: 100,
  /** Changed messages one resume may carry; more of them make a reset. */
  resumeMax: 500,
  titleLength: 80,
  topicLength: 250,
  displayNameLength: 64,
  statusLength: 80,
  usernameMin: 2,
  usernameMax: 32,
  passwordMin: 8,
  passwordMax: 256,
  /** Devices somebody is signed in on; one more ends the one that was not used for longest. */
  devices: 100,
  /** Members named when a room is made, the caller not counted. */
  membersAtOnce: 100,
  /** People in a direct room, the caller counted. */
  directMembers: 9,
  /** Members a room lists; beyond it `memberCount` has to do. */
  membersListed: 1_000,
  usersAtOnce: 100,
  /** People somebody blocks. */
  blocked: 1_000,
  /** Rooms one socket hears live; the rest it learns of by beacon. */
  liveRooms: 500,
  /** Public rooms one socket hears without being a member; with one more, the one it came to first falls silent. */
  guestRooms: 50,
  /** Sockets of one person on one node. */
  socketsPerUser: 100,
  /** Different emojis under one message. */
  reactionKinds: 20,
  /** Choices of people under one message, of all emojis together. */
  reactionChoices: 1_000,
  emojiLength: 32,
  /** Messages pinned in a room at a time. */
  pins: 100,
  /** Members up to which presence names people; above it there is a count. */
  presenceNamed: 200,
  /** Members up to which a read position is shown to the others. */
  readShown: 20,
  /** Bytes of one `room:changes`; more become a beacon. [A4] */
  frameBytes: 256 * 1024,
  /** Bytes of one JSON request or one socket frame from a client. */
  requestBytes: 64 * 1024,
} as const
