/** When an access token has to be replaced, whatever the device's clocks show. */
import { AccessToken } from './access-token';

const MINUTE_MS = 60_000;

function readClocks(dateMs: number, uptimeMs: number): void {
  jest.spyOn(Date, 'now').mockReturnValue(dateMs);
  jest.spyOn(performance, 'now').mockReturnValue(uptimeMs);
}

describe('AccessToken', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['passes', 15 * MINUTE_MS, 15 * MINUTE_MS],
    ['passes while the date is set back by an hour', -45 * MINUTE_MS, 15 * MINUTE_MS],
    ['passes while the device sleeps, which stops its other clock', 15 * MINUTE_MS, 0],
  ])('ends soon when its lifetime %s', (_case, dateMs, uptimeMs) => {
    readClocks(1_900_000_000_000, 5_000);
    const token = new AccessToken('token', 15 * 60);
    expect(token.endsSoon).toBe(false);
    readClocks(1_900_000_000_000 + dateMs, 5_000 + uptimeMs);
    expect(token.endsSoon).toBe(true);
  });

  it('lasts on a device whose date is wrong from the beginning', () => {
    readClocks(0, 5_000);
    const token = new AccessToken('token', 15 * 60);
    readClocks(14 * MINUTE_MS, 5_000 + 14 * MINUTE_MS);
    expect(token.endsSoon).toBe(false);
  });
});
