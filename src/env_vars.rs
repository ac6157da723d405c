//! Every variable that is read or set, with its meaning. The README's table is tested against this.

/// A variable of ours or of AWS.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it means, in one line.
    pub meaning: &'static str,
    /// Whether we read it or set it.
    pub direction: Direction,
}

/// Which way a variable goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// We read it.
    Read,
    /// We set it, in a child or in the shell.
    Set,
    /// Both.
    Both,
}

const fn variable(name: &'static str, direction: Direction, meaning: &'static str) -> Variable {
    Variable {
        name,
        meaning,
        direction,
    }
}

pub(crate) const CONFIG_DIR: &str = "LEAPP_CONFIG_DIR";
pub(crate) const SECRETS: &str = "LEAPP_SECRETS";
pub(crate) const PASSPHRASE: &str = "LEAPP_PASSPHRASE";
pub(crate) const PASSPHRASE_FILE: &str = "LEAPP_PASSPHRASE_FILE";
pub(crate) const IDENTITY_FILE: &str = "LEAPP_IDENTITY_FILE";
pub(crate) const MFA_CODE: &str = "LEAPP_MFA_CODE";
pub(crate) const LOG: &str = "LEAPP_LOG";
pub(crate) const BROWSER: &str = "LEAPP_BROWSER";
pub(crate) const HOOK: &str = "LEAPP_HOOK";
pub(crate) const SESSION_USES: &str = "LEAPP_SESSION_USES";
pub(crate) const PROFILE: &str = "AWS_PROFILE";
pub(crate) const DEFAULT_PROFILE: &str = "AWS_DEFAULT_PROFILE";
pub(crate) const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";
pub(crate) const XDG_CACHE_HOME: &str = "XDG_CACHE_HOME";
pub(crate) const XDG_DATA_HOME: &str = "XDG_DATA_HOME";
pub(crate) const HOME: &str = "HOME";
pub(crate) const USER: &str = "USER";
pub(crate) const SHELL: &str = "SHELL";
pub(crate) const VISUAL: &str = "VISUAL";
pub(crate) const EDITOR: &str = "EDITOR";
pub(crate) const DISPLAY: &str = "DISPLAY";
pub(crate) const WAYLAND_DISPLAY: &str = "WAYLAND_DISPLAY";
pub(crate) const SSH_CONNECTION: &str = "SSH_CONNECTION";
pub(crate) const PATH: &str = "PATH";
pub(crate) const COLUMNS: &str = "COLUMNS";
pub(crate) const STS_ENDPOINT: &str = "AWS_ENDPOINT_URL_STS";
pub(crate) const IAM_ENDPOINT: &str = "AWS_ENDPOINT_URL_IAM";
pub(crate) const ENDPOINT: &str = "AWS_ENDPOINT_URL";
pub(crate) const OWN_ENDPOINT: &str = "LEAPP_ENDPOINT_URL";
pub(crate) const AWS_CONFIG_FILE: &str = "AWS_CONFIG_FILE";
pub(crate) const AWS_CREDENTIALS_FILE: &str = "AWS_SHARED_CREDENTIALS_FILE";
pub(crate) const METADATA_DISABLED: &str = "AWS_EC2_METADATA_DISABLED";
pub(crate) const OWN_METADATA_DISABLED: &str = "LEAPP_EC2_METADATA_DISABLED";
pub(crate) const CA_BUNDLE: &str = "AWS_CA_BUNDLE";
pub(crate) const HTTPS_PROXY: &str = "HTTPS_PROXY";
pub(crate) const HTTP_PROXY: &str = "HTTP_PROXY";
pub(crate) const ALL_PROXY: &str = "ALL_PROXY";
pub(crate) const NO_PROXY: &str = "NO_PROXY";
pub(crate) const ACCESS_KEY_ID: &str = "AWS_ACCESS_KEY_ID";
pub(crate) const SECRET_ACCESS_KEY: &str = "AWS_SECRET_ACCESS_KEY";
pub(crate) const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
pub(crate) const REGION: &str = "AWS_REGION";
pub(crate) const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
pub(crate) const FIPS: &str = "AWS_USE_FIPS_ENDPOINT";
pub(crate) const DUAL_STACK: &str = "AWS_USE_DUALSTACK_ENDPOINT";

/// All of them, in the README's order.
pub const ALL: &[Variable] = &[
    variable(
        CONFIG_DIR,
        Direction::Read,
        "the directory of `sessions.toml` and `config.toml`",
    ),
    variable(
        SECRETS,
        Direction::Read,
        "where new secrets go: `auto`, `keyring` or `file`",
    ),
    variable(
        PASSPHRASE,
        Direction::Read,
        "the passphrase of the file vault",
    ),
    variable(
        PASSPHRASE_FILE,
        Direction::Read,
        "a file that holds the passphrase of the file vault",
    ),
    variable(
        IDENTITY_FILE,
        Direction::Read,
        "an age identity without a passphrase that opens the file vault, for CI and containers",
    ),
    variable(
        MFA_CODE,
        Direction::Read,
        "an MFA code, instead of a question",
    ),
    variable(
        BROWSER,
        Direction::Read,
        "the browser for SAML logins and the console: a path, or a name to be found on `PATH`",
    ),
    variable(
        LOG,
        Direction::Read,
        "`info`, `debug` or `trace`: say on stderr what is done, as `-v`, `-vv`, `-vvv`",
    ),
    variable(
        XDG_CONFIG_HOME,
        Direction::Read,
        "the parent of `leapp/`, where `LEAPP_CONFIG_DIR` is not set; `~/.config` by default",
    ),
    variable(
        XDG_CACHE_HOME,
        Direction::Read,
        "the parent of `leapp/` for sealed credentials; `~/.cache` by default",
    ),
    variable(
        XDG_DATA_HOME,
        Direction::Read,
        "the parent of `leapp/` for the file vault and for browser profiles; `~/.local/share` by default",
    ),
    variable(HOME, Direction::Read, "the parent of those defaults"),
    variable(USER, Direction::Read, "`{user}` in a role session name"),
    variable(
        SHELL,
        Direction::Read,
        "what `leapp-exec ALIAS` starts where no command is given",
    ),
    variable(
        VISUAL,
        Direction::Read,
        "the editor of `leapp edit`; else `EDITOR`, else `vi`",
    ),
    variable(EDITOR, Direction::Read, "see `VISUAL`"),
    variable(
        PATH,
        Direction::Read,
        "where `leapp init` and `leapp start` find `leapp`, and a SAML login the browser",
    ),
    variable(
        DISPLAY,
        Direction::Read,
        "with `WAYLAND_DISPLAY`: whether the keyring's unlock dialog or a browser window would be seen",
    ),
    variable(WAYLAND_DISPLAY, Direction::Read, "see `DISPLAY`"),
    variable(
        SSH_CONNECTION,
        Direction::Read,
        "why there may be no display",
    ),
    variable(
        COLUMNS,
        Direction::Read,
        "the width of tables; that of the terminal by default",
    ),
    variable(
        STS_ENDPOINT,
        Direction::Read,
        "an STS other than the public one, for chains in which no session has `endpoint_url`",
    ),
    variable(
        IAM_ENDPOINT,
        Direction::Read,
        "the same for IAM, which `rotate-key` and `doctor` ask",
    ),
    variable(
        ENDPOINT,
        Direction::Both,
        "the same for all of AWS; set for a session whose chain has `endpoint_url`",
    ),
    variable(
        OWN_ENDPOINT,
        Direction::Both,
        "equal to `AWS_ENDPOINT_URL` while that one is a session's and not yours",
    ),
    variable(
        CA_BUNDLE,
        Direction::Read,
        "the only certificate authorities that are believed",
    ),
    variable(
        HTTPS_PROXY,
        Direction::Read,
        "the proxy on the way to AWS, `http://USER:PASSWORD@HOST:PORT`; `https_proxy` wins",
    ),
    variable(
        HTTP_PROXY,
        Direction::Read,
        "the same for endpoints of plain HTTP",
    ),
    variable(
        ALL_PROXY,
        Direction::Read,
        "the same for both, where there is no other",
    ),
    variable(
        NO_PROXY,
        Direction::Read,
        "the hosts that are asked without a proxy",
    ),
    variable(
        FIPS,
        Direction::Read,
        "`true`: AWS's endpoints with certified cryptography",
    ),
    variable(
        DUAL_STACK,
        Direction::Read,
        "`true`: AWS's endpoints that answer over IPv6 too",
    ),
    variable(
        AWS_CONFIG_FILE,
        Direction::Both,
        "where named profiles are written, `~/.aws/config` by default; `~` and `$NAME` are expanded as the AWS CLI does it; under `--serve` a private copy, where yours gives `[default]` credentials",
    ),
    variable(
        AWS_CREDENTIALS_FILE,
        Direction::Both,
        "where `--write-credentials` writes, `~/.aws/credentials` by default; expanded in the same way; `/dev/null` under `--serve`, so that `[default]` does not win over the session",
    ),
    variable(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        Direction::Set,
        "under `--serve`: where programs ask for credentials",
    ),
    variable(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        Direction::Set,
        "under `--serve`: the token that a program must show",
    ),
    variable(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        Direction::Set,
        "under `--serve`: a private file that holds the same token, until the command ends",
    ),
    variable(
        "AWS_CREDENTIAL_PROFILES_FILE",
        Direction::Set,
        "under `--serve`: `/dev/null`, for Java SDK 1",
    ),
    variable(
        "CPL_AWS_CREDENTIALS_FILE",
        Direction::Set,
        "under `--serve`: `/dev/null`, for GDAL",
    ),
    variable(
        "BOTO_CONFIG",
        Direction::Set,
        "under `--serve`: `/dev/null`, because boto 2 and boto3 find keys in `~/.boto` before they ask",
    ),
    variable(
        "AWS_SDK_LOAD_CONFIG",
        Direction::Set,
        "under `--serve` and `--profile`: `1`, so that Go SDK 1 and the JavaScript SDK 2 read `~/.aws/config`",
    ),
    variable(
        METADATA_DISABLED,
        Direction::Both,
        "`true` for a session and after a failed switch, so that no program uses the role of the instance",
    ),
    variable(
        "AWS_METADATA_ENDPOINT",
        Direction::Set,
        "under `--profile`: an address without a service, for what is built on the Rust crate `object_store`",
    ),
    variable(
        "CPL_AWS_EC2_API_ROOT_URL",
        Direction::Set,
        "under `--profile`: `disabled`, for GDAL",
    ),
    variable(
        OWN_METADATA_DISABLED,
        Direction::Both,
        "`true` while `AWS_EC2_METADATA_DISABLED` is a session's and not yours",
    ),
    variable(
        PROFILE,
        Direction::Both,
        "the named profile, by `leapp-exec --profile`; `leapp-no-credentials` after a failed switch; any other overrides the session",
    ),
    variable(
        ACCESS_KEY_ID,
        Direction::Both,
        "temporary credentials: the identifier",
    ),
    variable(
        SECRET_ACCESS_KEY,
        Direction::Both,
        "temporary credentials: the secret",
    ),
    variable(
        SESSION_TOKEN,
        Direction::Both,
        "temporary credentials: the token",
    ),
    variable(
        REGION,
        Direction::Both,
        "the session's region, or that of `--region`",
    ),
    variable(DEFAULT_REGION, Direction::Both, "the same"),
    variable(
        "AWS_CREDENTIAL_EXPIRATION",
        Direction::Set,
        "when the credentials end, RFC 3339",
    ),
    variable("LEAPP_SESSION", Direction::Both, "the alias"),
    variable(
        "LEAPP_SESSION_EXPIRATION",
        Direction::Both,
        "when the credentials end, in seconds since 1970",
    ),
    variable(
        "LEAPP_SESSION_ACCOUNT",
        Direction::Both,
        "the account, where the session's definition tells it",
    ),
    variable(
        "LEAPP_SESSION_PROTECTED",
        Direction::Set,
        "`yes` for a protected session",
    ),
    variable(
        "LEAPP_SESSION_OPTIONS",
        Direction::Both,
        "the options that shaped the credentials, so that a hook renews the same",
    ),
    variable(
        SESSION_USES,
        Direction::Both,
        "the `AWS_PROFILE`, `AWS_ACCESS_KEY_ID` and `AWS_REGION` of the session, as `PROFILE:ID:REGION`, so that the prompt shows when something overrides it",
    ),
    variable(
        "LEAPP_EXEC",
        Direction::Both,
        "by `leapp-exec`: the process that it became, and when; the hook in that shell renews the session",
    ),
    variable(
        HOOK,
        Direction::Both,
        "by the hook: which hook it is, and the process that has loaded it",
    ),
    variable(
        "LEAPP_PROMPT",
        Direction::Set,
        "by the hook: the session for a prompt, without colours",
    ),
];
