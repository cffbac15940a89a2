/** What can go wrong between us and Postgres, told apart by what it says about the work: tried, undone, or nobody knows. */

/** The data itself was not acceptable (SQLSTATE 22, 23): nothing happened, and trying again would not help. [L8] */
export declare function isDataError(fault: unknown): boolean

/** Postgres could not be asked, or could not answer: trying again may help. Includes every unknown outcome. */
export declare function isOutage(fault: unknown): boolean

/** The connection was lost, or silent too long, with the work under way: it may or may not have been committed. [L4] */
export declare function isUnknownOutcome(fault: unknown): boolean
