import actions from "./actions.json";
import admin from "./admin.json";
import campaign from "./campaign.json";
import changelog from "./changelog.json";
import common from "./common.json";
import create from "./create.json";
import errors from "./errors.json";
import events from "./events.json";
import form from "./form.json";
import leaks from "./leaks.json";
import notices from "./notices.json";
import scopes from "./scopes.json";
import secret from "./secret.json";
import signin from "./signin.json";
import token from "./token.json";
import tokens from "./tokens.json";
import webhooks from "./webhooks.json";

export default {
  actions,
  admin,
  campaign,
  changelog,
  common,
  create,
  errors,
  events,
  form,
  leaks,
  notices,
  scopes,
  secret,
  signin,
  token,
  tokens,
  webhooks,
};
