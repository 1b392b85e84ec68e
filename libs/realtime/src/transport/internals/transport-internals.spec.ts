/** The boot check detects each missing private member, one at a time, on real objects of the libraries. */
import {
  checkTransportInternals,
  missingMembers,
  PRIVATE_MEMBERS,
  sampleTransport,
  type TransportSamples,
} from './transport-internals';

/** Samples like those of a library version without the member. */
function samplesWithout(sample: keyof TransportSamples, member: string): TransportSamples {
  const samples = sampleTransport();
  Object.defineProperty(samples[sample], member, { value: undefined, configurable: true });
  return samples;
}

it('transport internals: the installed versions have all private members', () => {
  expect(missingMembers()).toEqual({ limits: [], 'fast path': [] });
  expect(checkTransportInternals()).toEqual([]);
});

it.each(PRIVATE_MEMBERS.filter(({ use }) => use === 'limits'))(
  'transport internals without $name: the boot check throws an error that names it',
  ({ name, sample, member }) => {
    const missing = missingMembers(samplesWithout(sample, member));
    expect(missing.limits).toContain(name);
    expect(() => checkTransportInternals(missing)).toThrow(name);
  },
);

it.each(PRIVATE_MEMBERS.filter(({ use }) => use === 'fast path'))(
  'transport internals without $name: the boot check passes and returns it, to disable the fast path',
  ({ name, sample, member }) => {
    const missing = missingMembers(samplesWithout(sample, member));
    expect(missing).toEqual({ limits: [], 'fast path': [name] });
    expect(checkTransportInternals(missing)).toEqual([name]);
  },
);
