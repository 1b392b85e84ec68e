/** A private member that a library has renamed is noticed at boot: each of them, one at a time, on objects of the libraries. */
import {
  checkTransportInternals,
  missingMembers,
  PRIVATE_MEMBERS,
  sampleTransport,
  type TransportSamples,
} from './transport-internals';

/** As a version would be that gives the member another name. */
function renamed(on: keyof TransportSamples, member: string): TransportSamples {
  const samples = sampleTransport();
  Object.defineProperty(samples[on], member, { value: undefined, configurable: true });
  return samples;
}

it('finds all of them in the versions that are installed', () => {
  expect(missingMembers()).toEqual({ limits: [], 'fast path': [] });
  expect(checkTransportInternals()).toEqual([]);
});

describe.each(PRIVATE_MEMBERS.filter(({ use }) => use === 'limits'))('without $name', ({ name, on, member }) => {
  it('refuses to start and says so', () => {
    const missing = missingMembers(renamed(on, member));
    expect(missing.limits).toContain(name);
    expect(() => checkTransportInternals(missing)).toThrow(name);
  });
});

describe.each(PRIVATE_MEMBERS.filter(({ use }) => use === 'fast path'))('without $name', ({ name, on, member }) => {
  it('starts with the fast path off', () => {
    const missing = missingMembers(renamed(on, member));
    expect(missing).toEqual({ limits: [], 'fast path': [name] });
    expect(checkTransportInternals(missing)).toEqual([name]);
  });
});
