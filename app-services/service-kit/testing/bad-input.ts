/** What no id in a path is. */
export const badIds = [
  '0',
  '-1',
  '1.5',
  'one',
  '9007199254740992',
  '1e300',
  '1e0',
  '0x1',
  '%201',
  '%00',
  '%F0%9F%91%91',
];

/** What no list may be asked for. */
export const badPages = [
  'limit=0',
  'limit=1001',
  'limit=x',
  'limit=0x2',
  'limit=',
  'offset=-1',
  'offset=x',
  'limit=1&limit=2',
];

/** Kept byte for byte: emoji, right-to-left text, spaces of every kind at both ends, a letter written in two ways. */
export const oddText =
  ' 🎭 روميو וג’ולייט 👩‍👩‍👧‍👦 \u202Eabc\u202C\u00A0 e\u0301 é \r\n\t \u2028 "q" \\ \u0001 𝔘 \uFEFF ';
