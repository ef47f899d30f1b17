// Signs a vote in the browser, as eudaimon's ledger asks for it (Ed25519, RFC 8032): the private key is never sent.

const DOMAIN = "eudaimon governance 1";

for (const form of document.querySelectorAll("form.vote")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = form.querySelector(".answer");
    try {
      const act = await sign(await key(form), form.dataset.ledger, "vote", {
        ballot: form.dataset.ballot,
        options: chosen(form),
      });
      form.elements.act.value = JSON.stringify(act);
      form.submit();
    } catch (error) {
      answer.textContent = error.message;
    }
  });
}

// The options from best to worst, or those that are approved of.
function chosen(form) {
  const ticked = [...form.querySelectorAll("[name=approve]")];
  if (ticked.length) return ticked.filter((box) => box.checked).map((box) => box.dataset.option);
  const ranked = [...form.querySelectorAll("[name=rank]")].filter((box) => box.value);
  const ranks = new Set(ranked.map((box) => Number(box.value)));
  if (ranks.size < ranked.length) throw new Error("Two options have the same number; a ranking puts one before the other.");
  return ranked.sort((one, other) => one.value - other.value).map((box) => box.dataset.option);
}

async function key(form) {
  const file = form.querySelector("[type=file]").files[0];
  if (!file) throw new Error("Choose the file of your private key first.");
  const body = (await file.text()).replace(/-----[^-]+-----|\s/g, "");
  try {
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    return await crypto.subtle.importKey("pkcs8", bytes, "Ed25519", true, ["sign"]);
  } catch {
    throw new Error("This file holds no Ed25519 key that this browser can read; use the one that eudaimon authority key made.");
  }
}

async function sign(secret, ledger, kind, body) {
  const jwk = await crypto.subtle.exportKey("jwk", secret);
  const raw = atob(jwk.x.replaceAll("-", "+").replaceAll("_", "/"));
  const by = hex(Uint8Array.from(raw, (letter) => letter.charCodeAt(0)));
  const nonce = hex(crypto.getRandomValues(new Uint8Array(12)));
  const digest = hex(await crypto.subtle.digest("SHA-256", encode([ledger, kind, body, by, nonce])));
  const signature = hex(await crypto.subtle.sign("Ed25519", secret, encode([DOMAIN, "act", digest])));
  return { kind, body, by, ledger, nonce, signature, approvals: [] };
}

// JSON with sorted keys and no spaces, as bytes: `body` names its keys in order already.
function encode(value) {
  return new TextEncoder().encode(JSON.stringify(value));
}

function hex(bytes) {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
