// Everything that seals a bid, in one small file of its own (/assets/seal-<hash>.js): what runs here can be compared
// with what was published. It imports nothing of the other pages, keeps nothing and speaks to nobody. SEALING.md 3.

export type { Answer, FileToSeal, PriceOffer } from './body';
export type { Bytes } from './bytes';
export type { Json } from './canonical';
export type { NameHit, OwnNames, ScannedText } from './names';
export type {
  Binding,
  EnvelopeJson,
  EnvelopeKind,
  HeaderJson,
  Lock,
  SealedEnvelope,
  SealRefusal,
} from './package';
export type { KeyPolicy, PolicyFault } from './policy';
export type { LateNotice, ReceiptFault, SealedReceipt } from './receipt';
export type { RecoveryFile, Secrets } from './recovery';

export { isAmount } from './body';
export { concat, decode, encode, fromHex, toHex, utf8 } from './bytes';
export { canonical, NotCanonicalError, sha256 } from './canonical';
export { isSignature } from './ed25519';
export { scanForNames } from './names';
export { headerOf, packageDigest, sealPrice, sealTechnical } from './package';
export { checkPolicy, committeeOf, fingerprint, policyDigest } from './policy';
export { checkLateNotice, checkManifest, checkReceipt } from './receipt';
export { openRecoveryFile, recoveryFile } from './recovery';
export { hasWebCrypto } from './suite';
