import { expect, test } from 'vitest';
import { named, pageOf } from './addresses.ts';

test.each(['cell 1', 'FBS 10%', '10%25', 'a/b#c?d=e&f', 'Größe µm', '%2F', '😀'])(
  'finds %s again in an address that the router has decoded',
  (name) => {
    const address = decodeURI(new URL(pageOf('annotate', 'me', name), 'http://studio').pathname);
    expect(address.split('/').slice(1).map(named)).toEqual(['annotate', 'me', name]);
  },
);

test('takes what cannot be decoded as it is', () => {
  expect([named('10%'), named(undefined)]).toEqual(['10%', null]);
});
