/** The scope of whispers between two users: their sorted ids, the same for both. */

export const whisperScope = (userId: string, partnerId: string): string => [userId, partnerId].sort().join(':');
