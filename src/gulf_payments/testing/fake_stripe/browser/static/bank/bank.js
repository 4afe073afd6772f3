// The bank's page inside a shop: tells Stripe.js that the question is answered, and answers it once only.
const { answered } = document.documentElement.dataset;
const form = document.querySelector("form");

function tellShop(message) {
  // Nothing in it is secret: the shop's page asks the API how the payment stands.
  if (window.parent !== window)
    window.parent.postMessage({ fakeStripe: message, height: document.body.scrollHeight }, "*");
}

tellShop(answered ? "answered" : "shown");

form?.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

// A page that the browser kept for its back button asks anew, and learns that it is answered.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());

document.addEventListener("keydown", (event) => event.key === "Escape" && tellShop("escape"));
