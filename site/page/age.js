/* SPDX-License-Identifier: Apache-2.0
 * Copyright 2026 the Homespool authors */

/* What static/titles.js needs of age: bundled with the npm package age-encryption into one script.
 * A key is taken in such a way that no script can read it again, where the browser can do that. */

import { bech32 } from "@scure/base";
import { Decrypter, identityToRecipient } from "age-encryption";

/* RFC 8410: what stands before the 32 bytes of an X25519 private key in PKCS #8. */
const pkcs8Head = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20];

/* AGE-SECRET-KEY-1… → {recipient, key}; throws if it is none. */
const takeKey = async (text) => {
  const recipient = await identityToRecipient(text);
  const { bytes } = bech32.decodeToBytes(text);
  const encoded = new Uint8Array([...pkcs8Head, ...bytes]);
  try {
    const key = await crypto.subtle.importKey("pkcs8", encoded, { name: "X25519" }, false, ["deriveBits"]);
    return { recipient, key };
  } catch {
    return { recipient, key: text }; /* an older browser without X25519 */
  } finally {
    encoded.fill(0);
    bytes.fill(0);
  }
};

/* The plain text; throws if the key is another one or the bytes were changed. */
const open = (sealed, key) => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  return decrypter.decrypt(sealed, "text");
};

globalThis.homespoolAge = { takeKey, open };
