// A checkout page as Stripe's documentation shows it for the Payment Element.
const settings = JSON.parse(document.body.dataset.settings);
const stripe = Stripe(document.body.dataset.publishableKey, settings.stripe);
const form = document.getElementById("payment-form");
const button = document.getElementById("submit");
const events = (window.events = []); // what the tests look at
let elements;

async function initialize() {
  const response = await fetch("/create-payment-intent", { method: "POST" });
  const { clientSecret } = await response.json();
  elements = stripe.elements({ clientSecret, ...settings.elements });
  const payment = elements.create("payment", settings.payment);
  for (const name of ["loaderstart", "ready", "change", "focus", "blur", "escape", "loaderror"]) {
    payment.on(name, (event) => events.push([name, event]));
  }
  payment.mount("#payment-element");
}

async function pay(event) {
  event.preventDefault();
  button.disabled = true;
  showMessage("");
  const { error, paymentIntent } = await stripe.confirmPayment({
    elements,
    confirmParams: { return_url: `${window.location.origin}/complete`, ...settings.confirmParams },
    redirect: settings.redirect,
  });
  // This point is reached if the payment failed, or if it needed no redirect.
  window.result = { error, paymentIntent };
  showMessage(error ? error.message : paymentIntent.status);
  button.disabled = false;
}

function showMessage(text) {
  document.getElementById("payment-message").textContent = text;
}

form.addEventListener("submit", pay);
initialize();
