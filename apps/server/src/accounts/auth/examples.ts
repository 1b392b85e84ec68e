/** Response examples for the API documentation, checked against the response types. */
import type { SessionAnswer } from '../sessions/sessions.service';

const ANNA = '0b9bd1f0-7a3c-4a53-9a3b-6a1f3f1d5c11';

export const SESSION_EXAMPLE: SessionAnswer = {
  accessToken: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwYjliZDFmMCJ9.Lk3mXw1…',
  refreshToken: 'q3b2Jm0T1aVb9Yx8m2tqf0Zr1sL7n4KcWQeUuE5hH3oQ7n4KcWQeUuE5hH3oTq2J',
  expiresIn: 900,
  user: { id: ANNA, name: 'Anna Maria', roles: ['player'] },
};

export const GUEST_SESSION_EXAMPLE: SessionAnswer = {
  ...SESSION_EXAMPLE,
  user: { id: ANNA, name: 'Guest-4k2x9q0a', roles: ['guest'] },
};
