/** Instants in messages of the server, as the visitor reads them. */
import { withLocalTimes } from './clock-time';

it('local times: an instant within a message is replaced by a date, and the rest stays', () => {
  const text = withLocalTimes('This account is banned until 2026-12-02T09:23:19.368Z: spam');
  expect(text).toMatch(/^This account is banned until .*2026.*: spam$/);
  expect(text).not.toContain('09:23:19.368Z');
});

it('local times: a message without an instant stays as it is', () => {
  expect(withLocalTimes('There is no zone 2026-12-02')).toBe('There is no zone 2026-12-02');
});
