/** What Redis answers where it will not do what it is asked, however often: not an error of the connection. */
export const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError';
