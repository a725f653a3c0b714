// Verify credentials with the implementations of Digital Bazaar and of the OpenWallet Foundation.
// Reads one JSON object from stdin: {contexts, lists, credentials, proofs}. Contexts and status lists come in with it:
// nothing is fetched. Answers one JSON object with a verdict per item, in order.
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {readFileSync} from 'node:fs';
import {webcrypto} from 'node:crypto';

globalThis.self ??= globalThis;
globalThis.crypto ??= webcrypto;
const require = createRequire(pathToFileURL(`${process.argv[2]}/package.json`));
const load = name => import(pathToFileURL(require.resolve(name)));
const vc = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const rdfc = (await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite')).cryptosuite;
const jcs = (await load('@digitalbazaar/eddsa-jcs-2022-cryptosuite')).createVerifyCryptosuite();
const {checkStatus} = await load('@digitalbazaar/vc-bitstring-status-list');
const jose = await load('jose');
const {SDJwtVcInstance} = await load('@sd-jwt/sd-jwt-vc');

const work = JSON.parse(readFileSync(0, 'utf8'));

// Not every client takes the moment as an argument: the clock of all of them is that of the work, whatever the day.
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [work.now]));
  }

  static now() {
    return new RealDate(work.now).getTime();
  }
};

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function rawKey(did) {
  let number = 0n;
  for(const letter of did.slice('did:key:z'.length)) {
    number = number * 58n + BigInt(ALPHABET.indexOf(letter));
  }
  return Buffer.from(number.toString(16).padStart(68, '0'), 'hex').subarray(2);
}

async function documentLoader(url) {
  if(work.contexts[url]) {
    return {contextUrl: null, documentUrl: url, document: work.contexts[url], tag: 'static'};
  }
  if(work.lists?.[url]) {
    return {contextUrl: null, documentUrl: url, document: JSON.parse(work.lists[url])};
  }
  if(url.startsWith('did:key:')) {
    const [did, fragment] = url.split('#');
    const key = {
      '@context': 'https://w3id.org/security/multikey/v1', id: `${did}#${did.slice(8)}`, type: 'Multikey',
      controller: did, publicKeyMultibase: did.slice(8)
    };
    const document = fragment ? key : {
      '@context': ['https://www.w3.org/ns/did/v1'], id: did, verificationMethod: [key], assertionMethod: [key.id]
    };
    return {contextUrl: null, documentUrl: url, document};
  }
  throw new Error(`not shipped: ${url}`);
}

const suite = [new DataIntegrityProof({cryptosuite: rdfc}), new DataIntegrityProof({cryptosuite: jcs})];

async function credentialVerdict(text) {
  try {
    const credential = JSON.parse(text);
    const now = new Date(work.now);
    const result = await vc.verifyCredential({
      credential, suite, documentLoader, now,
      ...(work.lists ? {checkStatus: options => checkStatus({...options, suite, documentLoader})} : {})
    });
    const suites = (result.results ?? []).filter(r => r.verified).map(r => r.proof.cryptosuite).sort();
    // The library is content with one proof that holds; we ask for all of them.
    const count = Array.isArray(credential.proof) ? credential.proof.length : 1;
    const status = result.statusResult?.results?.[0]?.status ?? null;
    return {verified: result.verified && suites.length === count, suites, status, error: result.verified ? '' : String(result.error?.errors ?? result.error)};
  } catch(error) {
    return {verified: false, suites: [], error: String(error)};
  }
}

async function tokenVerdict(token, did) {
  try {
    const key = await jose.importJWK({kty: 'OKP', crv: 'Ed25519', x: rawKey(did).toString('base64url')}, 'EdDSA');
    const {payload} = await jose.compactVerify(token, key, {algorithms: ['EdDSA']});
    return {verified: true, payload: JSON.parse(new TextDecoder().decode(payload))};
  } catch(error) {
    return {verified: false, error: String(error)};
  }
}

async function verifyWith(raw, data, signature) {
  const key = await crypto.subtle.importKey('raw', raw, {name: 'Ed25519'}, true, ['verify']);
  return crypto.subtle.verify('Ed25519', key, Buffer.from(signature, 'base64url'), Buffer.from(data));
}

async function shownVerdict({text, did, nonce}) {
  try {
    const instance = new SDJwtVcInstance({
      hasher: async (data, algorithm) => new Uint8Array(await crypto.subtle.digest(
        algorithm.toUpperCase(), typeof data === 'string' ? new TextEncoder().encode(data) : data)),
      hashAlg: 'sha-256',
      verifier: (data, signature) => verifyWith(rawKey(did), data, signature),
      kbVerifier: (data, signature, payload) =>
        verifyWith(Buffer.from(payload.cnf.jwk.x, 'base64url'), data, signature)
    });
    const now = Math.floor(new Date(work.now).getTime() / 1000);
    const result = await instance.verify(text, {currentDate: now, ...(nonce ? {keyBindingNonce: nonce} : {})});
    return {verified: true, payload: result.payload, bound: result.kb?.payload ?? null};
  } catch(error) {
    return {verified: false, error: String(error)};
  }
}

const answer = {credentials: [], tokens: [], shown: []};
for(const text of work.credentials ?? []) {
  answer.credentials.push(await credentialVerdict(text));
}
for(const {token, did} of work.tokens ?? []) {
  answer.tokens.push(await tokenVerdict(token, did));
}
for(const shown of work.shown ?? []) {
  answer.shown.push(await shownVerdict(shown));
}
console.log(JSON.stringify(answer));
