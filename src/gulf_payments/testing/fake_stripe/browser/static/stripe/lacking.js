// What real Stripe.js has and this stand-in has not. Whoever calls it is told so.

const CALLS_LACKING =
  "collectBankAccountForPayment collectBankAccountForSetup collectBankAccountToken " +
  "collectFinancialConnectionsAccounts confirmAcssDebitPayment confirmAcssDebitSetup confirmAffirmPayment " +
  "confirmAfterpayClearpayPayment confirmAlipayPayment confirmAmazonPaySetup confirmAuBecsDebitPayment " +
  "confirmAuBecsDebitSetup confirmBacsDebitSetup confirmBancontactPayment confirmBancontactSetup " +
  "confirmBilliePayment confirmBlikPayment confirmBlikSetup confirmBoletoPayment confirmBoletoSetup " +
  "confirmCashappPayment confirmCashappSetup confirmCustomerBalancePayment confirmEpsPayment confirmFpxPayment " +
  "confirmGiropayPayment confirmGrabPayPayment confirmIdealPayment confirmIdealSetup confirmKlarnaPayment " +
  "confirmKonbiniPayment confirmMobilepayPayment confirmMultibancoPayment confirmOxxoPayment confirmP24Payment " +
  "confirmPayByBankPayment confirmPayNowPayment confirmPayPalPayment confirmPayPalSetup confirmPixPayment " +
  "confirmPromptPayPayment confirmSepaDebitPayment confirmSepaDebitSetup confirmSofortPayment confirmSofortSetup " +
  "confirmTwintPayment confirmUsBankAccountPayment confirmUsBankAccountSetup confirmWechatPayPayment " +
  "createConfirmationToken createEmbeddedCheckoutPage createEphemeralKeyNonce createRadarSession createSource " +
  "createToken initCheckoutElementsSdk initCheckoutFormSdk initializePricing paymentRequest processOrder " +
  "redirectToCheckout retrieveOrder retrieveSource verifyIdentity verifyMicrodepositsForPayment " +
  "verifyMicrodepositsForSetup";

const ELEMENTS_LACKING =
  "affirmMessage afterpayClearpayMessage auBankAccount cardCvc cardExpiry cardNumber currencySelector iban " +
  "issuingCardNumberDisplay linkSignup paymentMethodMessaging paymentRequestButton shippingAddress taxId";
