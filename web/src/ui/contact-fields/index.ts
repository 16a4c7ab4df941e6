export { DeveloperEmails, type DeveloperEmailsProps } from "./developer-emails";
export { isEmail, maxDevelopers } from "./emails";
export { PrimaryContact, type PrimaryContactProps } from "./primary-contact";
export { type Contact, type Person, useContact, useContacts } from "./use-contacts";
