// The start: ask who is logged in, then show the page.
import { createApp } from "vue";
import App from "./App.vue";
import { onLoggedOut } from "./api/client";
import { installElements } from "./elements";
import { router } from "./router";
import { forget, resume, session } from "./state/session";
import { keepTitle } from "./state/notices";
import { followTheme } from "./state/theme";
import { chooseLocale, locale } from "./strings";
import "./style.css";

followTheme();
keepTitle();
chooseLocale(locale.value);
onLoggedOut((code) => {
  if (!session.value) return; // nobody was logged in: the guard shows the log-in page
  if (code === "password_change_needed") session.value.staff.must_change_password = true;
  else forget();
  if (router.currentRoute.value.name !== "login") {
    void router.push({ name: "login", query: { to: router.currentRoute.value.fullPath, ended: "1" } });
  }
});

const app = createApp(App);
installElements(app);
await resume().catch(() => undefined);
app.use(router).mount("#app");
