import actions from "./actions.json";
import common from "./common.json";
import create from "./create.json";
import errors from "./errors.json";
import form from "./form.json";
import scopes from "./scopes.json";
import secret from "./secret.json";
import signin from "./signin.json";
import tokens from "./tokens.json";

export default { actions, common, create, errors, form, scopes, secret, signin, tokens };
