// Shows a reply while it comes: words that stand, pauses where they happen, and what was withdrawn.
// The server draws the conversation again when the reply is whole; until then everything here is text, never markup.

const form = document.getElementById("say");
const words = document.getElementById("words");
const said = document.getElementById("said");
const doing = document.getElementById("doing");
const failed = document.getElementById("failed");
const stop = document.getElementById("stop");
const send = form.querySelector("button:not([type])");
const SVG = "http://www.w3.org/2000/svg";
const DONE = { continue: "let it go on", revise: "asked for it to be said again", surrender: "let it go" };
let asking = null;

words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!asking && words.value.trim()) say(words.value.trim());
});
stop.addEventListener("click", () => asking?.abort());

async function say(text) {
  asking = new AbortController();
  busy(true);
  const reply = begin(text);
  try {
    const answer = await ask(text, asking.signal);
    for await (const [kind, told] of events(answer.body)) {
      if (told.error) throw new Error(told.error.message);
      if (kind === "eudaimon.reflection") reply.paused(told.eudaimon.reflection);
      else if (told.choices[0]?.delta.content) reply.more(told.choices[0].delta.content);
      if (told.eudaimon?.conversation) settle(told.eudaimon.conversation, text);
    }
    words.value = "";
    await redraw(form.elements.conversation.value);
  } catch (error) {
    if (error.name === "AbortError") {
      doing.textContent = "Stopped. What was said until then is kept.";
    } else {
      tell(error.message);
      reply.undo();
    }
  } finally {
    asking = null;
    busy(false);
    words.focus();
  }
}

async function ask(text, signal) {
  const history = JSON.parse(said.querySelector(".turns").dataset.history);
  const body = {
    model: form.dataset.model,
    stream: true,
    messages: [...history, { role: "user", content: text }],
  };
  if (form.elements.conversation.value) body.eudaimon = { conversation: form.elements.conversation.value };
  const headers = { "Content-Type": "application/json", "X-Eudaimon-CSRF": form.elements.csrf.value };
  const answer = await fetch("/v1/chat/completions", { method: "POST", headers, body: JSON.stringify(body), signal });
  if (answer.status === 401) location.assign("/login");
  if (!answer.ok) throw new Error((await answer.json()).error.message);
  return answer;
}

// The events of a stream as [kind, data], wherever the network cuts them.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const whole = (rest + value).split("\n\n");
    rest = whole.pop();
    for (const event of whole) {
      const lines = event.split("\n");
      const field = (name) => lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length));
      const data = field("data: ").join("\n");
      if (data && data !== "[DONE]") yield [field("event: ")[0] ?? "message", JSON.parse(data)];
    }
  }
}

function begin(text) {
  let held = said.querySelector(".conversation");
  if (!held) held = said.querySelector(".turns").appendChild(make("div", "conversation"));
  const asked = held.appendChild(turn("user", "You", text));
  const answer = held.appendChild(turn("assistant", "Persona", ""));
  const place = answer.querySelector(".text");
  const rest = place.appendChild(make("span"));
  let pauses = 0;
  let content = "";
  let standing = "";
  const show = () => {
    rest.textContent = content.startsWith(standing) ? content.slice(standing.length) : "";
  };
  return {
    more(new_) {
      content += new_;
      show();
    },
    paused(reflection) {
      pauses += 1;
      const kept = reflection.verdict === "continue";
      place.insertBefore(make(kept ? "span" : "del", "", reflection.passage), rest);
      place.insertBefore(pause(pauses, reflection), rest);
      if (kept) standing = reflection.before + reflection.passage;
      doing.textContent = kept ? "It goes on…" : `The council ${DONE[reflection.verdict]}.`;
      show();
    },
    undo() {
      asked.remove();
      answer.remove();
    },
  };
}

function turn(role, who, text) {
  const one = make("div", `turn ${role}`);
  one.append(make("p", "who", who), make("div", "text", text));
  return one;
}

function pause(number, reflection) {
  const one = make("details", `pause ${reflection.verdict}`);
  const summary = one.appendChild(make("summary"));
  const against = reflection.comments.filter((comment) => comment.dissents).length;
  summary.append(icon(reflection.verdict));
  if (against) summary.append(make("span", "minority", against));
  summary.append(make("span", "unheard", `Pause ${number}: ${reflection.verdict}`));
  const card = one.appendChild(make("div", "card"));
  card.append(make("p", "ruling", `Pause ${number}: the council ${DONE[reflection.verdict]}. ${reflection.reasons.join(". ")}`));
  const list = card.appendChild(make("ul", "words"));
  for (const comment of reflection.comments) {
    const item = list.appendChild(make("li", comment.dissents ? "dissents" : ""));
    const head = item.appendChild(make("p", "head"));
    head.append(make("span", "role", comment.archetype.replaceAll("_", " ")), " ", chip(comment.verdict));
    if (comment.dissents) head.append(" ", make("span", "tag", "dissents"));
    if (comment.text) item.append(make("p", "image", comment.text));
  }
  return one;
}

function chip(verdict) {
  const one = make("span", `chip ${verdict}`);
  one.append(icon(verdict), verdict);
  return one;
}

function icon(verdict) {
  const one = document.createElementNS(SVG, "svg");
  one.setAttribute("class", `icon ${verdict}`);
  one.setAttribute("viewBox", "0 0 16 16");
  one.setAttribute("aria-hidden", "true");
  one.appendChild(document.createElementNS(SVG, "use")).setAttribute("href", `#icon-${verdict}`);
  return one;
}

function make(name, kind = "", text = "") {
  const one = document.createElement(name);
  if (kind) one.className = kind;
  one.textContent = text;
  return one;
}

// The conversation has a name: it is in the list from now on, and the page's address is its own.
function settle(conversation, title) {
  if (form.elements.conversation.value === conversation) return;
  form.elements.conversation.value = conversation;
  const path = `/talk/${conversation.split("/").map(encodeURIComponent).join("/")}`;
  const link = make("a", "", title);
  link.href = path;
  link.setAttribute("aria-current", "page");
  document.querySelector("#talks [aria-current]")?.removeAttribute("aria-current");
  const item = make("li");
  item.append(link);
  document.getElementById("talks").prepend(item);
  document.querySelector("label[for=words]").textContent = "Say more";
  document.querySelector("details.notes")?.removeAttribute("open");
  document.querySelectorAll(".before").forEach((one) => one.remove());
  history.replaceState(null, "", path);
}

async function redraw(conversation) {
  const open = [...said.querySelectorAll(".pause")].map((one) => one.open);
  const answer = await fetch(`/talk/${conversation.split("/").map(encodeURIComponent).join("/")}?only=turns`);
  if (!answer.ok) throw new Error("the reply is kept, but cannot be drawn; load the page again");
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".turns");
  said.replaceChildren(drawn);
  document.querySelector("h1").textContent = drawn.dataset.title;
  document.querySelector("#talks [aria-current]").textContent = drawn.dataset.title;
  [...said.querySelectorAll(".pause")].forEach((one, index) => (one.open = open[index] ?? false));
  const last = [...said.querySelectorAll(".turn.assistant .text")].pop();
  const heard = last?.cloneNode(true);
  heard?.querySelectorAll("del, .pause").forEach((one) => one.remove());
  doing.replaceChildren(make("span", "unheard", heard ? `Persona: ${heard.textContent}` : ""));
}

function busy(now) {
  said.setAttribute("aria-busy", now);
  send.disabled = now;
  stop.hidden = !now;
  if (now) {
    doing.textContent = "The persona thinks…";
    failed.hidden = true;
  } else if (doing.textContent.endsWith("…")) {
    doing.textContent = "";
  }
}

function tell(message) {
  failed.querySelector("p").textContent = message;
  failed.hidden = false;
}
