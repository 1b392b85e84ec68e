/** The key of a direct conversation: its two user ids, sorted. */

export const directPairKey = (userId: string, partnerId: string): string => [userId, partnerId].sort().join(':');
