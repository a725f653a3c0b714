// Verify one credential with the implementation of Digital Bazaar. Contexts come from our shipped files; nothing is fetched.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const [modules, credentialPath, contextFolder] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/package.json`));
const load = name => import(pathToFileURL(require.resolve(name)));
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {cryptosuite} = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const Ed25519Multikey = await load('@digitalbazaar/ed25519-multikey');
const jsigs = (await load('jsonld-signatures')).default;

const contexts = {
  'https://www.w3.org/ns/credentials/v2': 'credentials-v2.jsonld',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json': 'ob-v3p0-context-3.0.3.jsonld'
};
const credential = JSON.parse(readFileSync(credentialPath, 'utf8'));
const documentLoader = async url => {
  if(contexts[url]) {
    return {documentUrl: url, document: JSON.parse(readFileSync(`${contextFolder}/${contexts[url]}`, 'utf8'))};
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
    return {documentUrl: url, document};
  }
  throw new Error(`not shipped: ${url}`);
};
void Ed25519Multikey;
const result = await jsigs.verify(credential, {
  suite: new DataIntegrityProof({cryptosuite}),
  purpose: new jsigs.purposes.AssertionProofPurpose(),
  documentLoader
});
console.log(JSON.stringify({verified: result.verified, error: result.error ? String(result.error.errors ?? result.error) : ''}));
