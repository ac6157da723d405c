#![doc = include_str!("ARCHITECTURE.md")]

pub mod model;
pub mod policy;

pub mod disk;
pub mod process;
pub mod ui;

pub mod aws;
pub mod aws_files;
pub mod iam;
pub mod secrets;
pub mod sessions;
pub mod sts;

pub mod imports;

pub mod cache;
pub mod console;
pub mod idp;
pub mod mfa;

pub mod resolver;

pub mod doctor;
pub mod server;
pub mod shell;

pub mod env_vars;
pub mod settings;

pub mod cli;

pub mod app;
pub mod commands;
