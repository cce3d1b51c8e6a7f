// Follows a link of a mail when the button is pressed, not before: what looks at links for people must not use them up.
const form = document.getElementById("follow");
const answer = document.getElementById("answer");
const OPERATIONS = {
  "verify-email": {
    query: "mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { username email } }",
    input: (token) => ({ token }),
    done: (data) => `${data.verifyEmail.email} is the address of @${data.verifyEmail.username}.`,
  },
  "reset-password": {
    query: "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { username } }",
    input: (token) => ({ token, newPassword: form.elements.password.value }),
    done: (data) => `@${data.resetPassword.username} has a new password.`,
  },
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { query, input, done } = OPERATIONS[form.dataset.page];
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  answer.textContent = "…";
  try {
    const response = await fetch(form.dataset.graphql, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body: JSON.stringify({ query, variables: { input: input(token) } }),
    });
    const { data, errors } = await response.json();
    answer.textContent = errors ? errors[0].message : done(data);
  } catch {
    answer.textContent = "The server did not answer.";
  }
});
