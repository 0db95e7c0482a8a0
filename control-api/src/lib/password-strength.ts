/** Words that guessers try first, and what stands around them here; in lower case, without look-alike characters. */
const COMMON =
  /password|passwort|passwd|admin|administrator|root|opensearch|elastic|search|kibana|fountain|lightsail|letmein|welcome|willkommen|iloveyou|dragon|monkey|master|sunshine|princess|football|baseball|superman|shadow|secret|geheim|login|changeme|default|hello|hallo|summer|winter|spring|autumn|sommer|test|demo|user|qwertz|qwerty|asdfgh|yxcvb|zxcvb|1q2w3e|abc|xyz|(19|20)\d\d|0123|1234|2345|3456|4567|5678|6789|7890|4321|9876/g;

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

/** So many characters must be left after common words, and what only repeats, count as one each. */
const LEAST = 8;

/**
 * Whether a password is easily guessed. Our own rule of thumb: the estimators that know dictionaries (zxcvbn) cost this
 * process 30 MB. It is applied in the same place as OpenSearch's own check, which never sees a hash that it is given.
 */
export function isEasilyGuessed(password: string): boolean {
  const plain = password.toLowerCase();
  const spelled = [...plain].map((character) => LOOK_ALIKES[character] ?? character).join('');
  return Math.min(lengthLeft(plain), lengthLeft(spelled)) < LEAST;
}

function lengthLeft(text: string): number {
  return text.replace(COMMON, '\0').replace(/(.+?)\1+/gs, '$1').length;
}
