/** Where a message is cached: its page's number follows from its `seq` alone. Keys of a room share a hash tag. */
import { limits } from '#protocol/limits.ts'

export const numberOf = (seq: number) => Math.ceil(seq / limits.pageSize)
export const firstOf = (page: number) => (page - 1) * limits.pageSize + 1
export const lastOf = (page: number) => page * limits.pageSize

export const pageKey = (roomId: string, page: number) => `{${roomId}}:page:${page}`
/** The newest messages, at least as many as a page has. */
export const tailKey = (roomId: string) => `{${roomId}}:tail`
