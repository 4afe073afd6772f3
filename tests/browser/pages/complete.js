// The page that the customer comes back to, as Stripe's documentation shows it.
const stripe = Stripe(document.body.dataset.publishableKey);
const clientSecret = new URLSearchParams(window.location.search).get("payment_intent_client_secret");
if (clientSecret) {
  stripe.retrievePaymentIntent(clientSecret).then(({ paymentIntent, error }) => {
    document.getElementById("status").textContent = error ? error.message : paymentIntent.status;
  });
}
