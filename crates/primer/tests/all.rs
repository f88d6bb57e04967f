//! All tests of this crate, as one program: what they share is compiled once.

mod bleu;
mod book;
mod chat;
mod chat_template;
mod command_line;
mod examples;
mod exercises;
mod fast;
mod house;
mod ids;
mod published;
mod pull;
mod resuming;
mod sentences;
mod stories;
mod tokenizers;
mod translating;
