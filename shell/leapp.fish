# What `leapp init fish | source` gives to fish: `leapp use` and `leapp off`, the session in the prompt,
# its renewal before a command; `completion.fish` is printed behind it. No process is started while
# there is no session.

# The only lines that are rewritten when this file is printed. The second tells `leapp doctor` which hook
# this is, and in which shell; the third holds the statements of a failed `leapp use`.
set -g __leapp_bin '@LEAPP_BIN@'
set -gx LEAPP_HOOK "@LEAPP_HOOK@ $fish_pid"
set -g __leapp_closed '@LEAPP_CLOSED@'

# State belongs to this shell: values that come from the environment are dropped. Where the file is
# read a second time, the state stays.
if not functions -q __leapp_prompt
    set -g __leapp_saved
    set -g __leapp_previous
    set -g __leapp_previous_options
    set -g __leapp_told
    set -g __leapp_switching
    set -g __leapp_begun
    set -g __leapp_saved_begun
    set -g __leapp_returning
    set -e __leapp_saved
    set -e __leapp_returning
    set -e __leapp_switching
    # An alias of fish is a function, so that ours would replace it.
    if functions -q leapp
        echo 'leapp: your function `leapp` is kept, and hides `leapp use`; `functions -e leapp` removes it' >&2
    else
        function leapp --description 'AWS sessions: use, off, and all that `leapp help` tells'
            __leapp_main $argv
        end
    end
end
set -g __leapp_next 0

# `use` and `off` change this shell; every other verb passes through. Options may come before the verb.
function __leapp_main
    set -l options
    set -l words $argv
    while string match -q -- '-*' $words[1]
        set -a options $words[1]
        set -e words[1]
    end
    switch "$words[1]"
        case use
            __leapp_use $words[2..] $options
        case off
            __leapp_off $words[2..] $options
        case '*'
            $__leapp_bin $argv
    end
end

# Evaluates what `leapp VERB` prints, and returns its code. Where it fails it prints what keeps AWS
# programs from finding credentials; where it could not even do that, the same is done here.
# In the functions that handle secrets, a local `fish_trace` without a value switches the trace off.
function __leapp_switch
    set -l fish_trace
    set -e __leapp_before
    set -g __leapp_switching 1
    set -l script ($__leapp_bin $argv[1] --shell=fish $argv[2..])
    set -l code $status
    if test -z "$script" -a $code -ne 0
        eval $__leapp_closed
    end
    eval $script
    or test $code -ne 0
    or set code 1
    # A switch that was left at its question ends in order, and the next prompt tells of it as well.
    test $code -eq 130
    or set -e __leapp_switching
    return $code
end

function __leapp_use
    set -l fish_trace
    set -g __leapp_busy
    set -l left $LEAPP_SESSION
    set -l options $LEAPP_SESSION_OPTIONS
    if test "$argv[1]" = - -a -n "$__leapp_previous"
        set argv --begun-with="$__leapp_previous_options" $argv[2..] -- $__leapp_previous
    end
    __leapp_switch use $argv
    set -l code $status
    # Set by what was evaluated, even where that was a failure; not by `--help`.
    if set -q __leapp_before
        if not set -q __leapp_saved
            # A directory that is not left yet would tell of the session before.
            if set -q __leapp_returning
                set -g __leapp_saved $__leapp_returning
                set -e __leapp_returning
            else
                set -g __leapp_saved $__leapp_before
            end
            set -g __leapp_saved_begun $__leapp_begun
        end
        set -e __leapp_before
        set -g __leapp_begun
        test $code -ne 0
        or __leapp_begin
        __leapp_leaves "$left" "$options"
    end
    set -e __leapp_busy
    __leapp_show
    return $code
end

function __leapp_off
    set -l fish_trace
    set -g __leapp_busy
    set -l left $LEAPP_SESSION
    set -l options $LEAPP_SESSION_OPTIONS
    __leapp_switch off $argv
    set -l code $status
    if set -q __leapp_before
        # What stood before, and then what direnv or mise has set in this directory.
        eval $__leapp_saved
        eval $__leapp_before
        set -e __leapp_returning
        if test -n "$__leapp_returns"
            set -g __leapp_returning $__leapp_saved
            set -g __leapp_returning_from "$DIRENV_DIFF $__MISE_DIFF"
        end
        set -e __leapp_returns
        set -g __leapp_begun $__leapp_saved_begun
        set -g __leapp_saved_begun
        set -e __leapp_saved
        set -e __leapp_before
        __leapp_leaves "$left" "$options"
    end
    set -e __leapp_busy
    __leapp_show
    return $code
end

# direnv and mise put back what stood before they changed it, when their directory is left. That may be a
# session that was left in the directory: it is left again.
function __leapp_off_again
    test "$__leapp_returning_from" != "$DIRENV_DIFF $__MISE_DIFF"
    or return
    set -l previous $__leapp_previous
    set -l options $__leapp_previous_options
    set -g __leapp_saved $__leapp_returning
    __leapp_off
    set -g __leapp_previous $previous
    set -g __leapp_previous_options $options
end

# Remembers for `leapp use -` which session was left.
function __leapp_leaves
    test -n "$argv[1]"
    or return 0
    set -g __leapp_previous $argv[1]
    set -g __leapp_previous_options $argv[2]
end

# Remembers that this shell began its session: only then is it renewed. A shell that inherited a session
# has not begun it. The proof is the second element of a list, as no environment can set one.
function __leapp_begin
    set -g __leapp_begun begun (__leapp_identity)
end

# What the proof is about: another session, key or option is not what was begun.
function __leapp_identity
    string escape -- "$LEAPP_SESSION $AWS_ACCESS_KEY_ID $LEAPP_SESSION_PROTECTED $LEAPP_SESSION_OPTIONS"
end

# LEAPP_EXEC holds the process that `leapp-exec` became, and when. If that is this shell, and a moment
# ago, leapp-exec began the session for it. The limit is for a process id that is used again.
function __leapp_adopt
    set -l words (string match -r '^([0-9]+) ([0-9]{1,11})\z' -- $LEAPP_EXEC)
    set -eg LEAPP_EXEC
    test "$words[2]" = $fish_pid
    and test (math (date +%s) - $words[3]) -le 60
    and __leapp_begin
end

# Prints the variable that makes AWS programs use something else than the session. LEAPP_SESSION_USES
# holds the AWS_PROFILE, the AWS_ACCESS_KEY_ID and the AWS_REGION that leapp left, joined by colons.
function __leapp_override
    set -l uses (string match -r '^(.*):([^:]*):([^:]*)\z' -- "$LEAPP_SESSION_USES")
    or return
    if test "$AWS_PROFILE" != "$uses[2]"
        echo AWS_PROFILE
    else if test -n "$AWS_DEFAULT_PROFILE" -a "$AWS_DEFAULT_PROFILE" != "$uses[2]"
        echo AWS_DEFAULT_PROFILE
    else if test "$AWS_ACCESS_KEY_ID" != "$uses[3]"
        echo AWS_ACCESS_KEY_ID
    else if test "$AWS_REGION" != "$uses[4]"
        echo AWS_REGION
    end
end

# Finds the time and what is left of the session; fails where there is no session. Its variables may
# come from anywhere: what is no alias is not shown, and what is no number is not calculated with.
function __leapp_look
    string match -qr '^[A-Za-z0-9][A-Za-z0-9._@/+-]*\z' -- "$LEAPP_SESSION"
    or return 1
    # By a named profile, and below `leapp-exec --serve`, programs renew by themselves: there is no end.
    set -g __leapp_left 86400
    set -g __leapp_now 0
    test -n "$LEAPP_SESSION_EXPIRATION"
    or return 0
    string match -qr '^[0-9]{1,11}\z' -- "$LEAPP_SESSION_EXPIRATION"
    or return 1
    set -g __leapp_now (date +%s)
    set -g __leapp_left (math $LEAPP_SESSION_EXPIRATION - $__leapp_now)
end

function __leapp_prompt --on-event fish_prompt
    # Ctrl-C ends the function that waits for a switch, before it could do what a failed one does.
    if set -q __leapp_switching
        __leapp_use --cut-off
    end
    set -e __leapp_busy
    set -q __leapp_returning
    and __leapp_off_again
    __leapp_show
end

# Others change the environment before a prompt as well (direnv, for example), and maybe after the
# function above. During a switch the functions for it show the session, once.
function __leapp_changed --on-variable LEAPP_SESSION --on-variable LEAPP_SESSION_EXPIRATION \
    --on-variable LEAPP_SESSION_PROTECTED --on-variable LEAPP_SESSION_USES \
    --on-variable AWS_PROFILE --on-variable AWS_DEFAULT_PROFILE --on-variable AWS_ACCESS_KEY_ID \
    --on-variable AWS_REGION
    status is-interactive
    and not set -q __leapp_busy
    and __leapp_show
end

# LEAPP_PROMPT, plain, for programs that draw prompts, and LEAPP_PS1, in colour, for fish_prompt.
function __leapp_show
    set -g LEAPP_PS1
    if not __leapp_look
        set -eg LEAPP_PROMPT
        return
    end
    set -l colour cyan
    set -gx LEAPP_PROMPT $LEAPP_SESSION
    set -l override (__leapp_override)
    if test -n "$override"
        set LEAPP_PROMPT "$LEAPP_SESSION overridden by $override"
        set colour red
    else if test $__leapp_left -le 0
        set LEAPP_PROMPT "$LEAPP_SESSION expired"
        set colour red
    else if test $__leapp_left -le 900
        set LEAPP_PROMPT "$LEAPP_SESSION "(math -s 0 "($__leapp_left + 59) / 60")m
        set colour yellow
    end
    test -z "$LEAPP_SESSION_PROTECTED"
    or set colour red
    if test -n "$NO_COLOR" -o "$TERM" = dumb
        set LEAPP_PS1 $LEAPP_PROMPT
    else
        set LEAPP_PS1 (set_color $colour)$LEAPP_PROMPT(set_color normal)
    end
end

# Before the command $argv: new credentials, if these end soon, this shell began the session, and no
# question is needed. It takes two seconds at most, and is not tried again for a minute.
function __leapp_renew --on-event fish_preexec
    # What changes the environment before a prompt may come after the function for it.
    set -q __leapp_returning
    and __leapp_off_again
    string match -qr '^leapp( |$)' -- "$argv"
    and return
    set -l override (__leapp_override)
    # A region that the user changed is kept.
    test -z "$AWS_PROFILE"
    and contains -- "$override" '' AWS_REGION
    and __leapp_look
    and test $__leapp_left -lt 900 -a $__leapp_now -ge $__leapp_next
    or return
    set -g __leapp_next (math $__leapp_now + 60)
    set -l identity (__leapp_identity)
    if test "$__leapp_begun[2]" = $identity
        __leapp_renew_now
    else
        __leapp_tell_once "this shell inherited $LEAPP_SESSION and does not renew it"
    end
end

# Gets new credentials. This shell's user confirmed a protected session when it began.
function __leapp_renew_now
    set -l fish_trace
    set -l yes
    set -l region $AWS_REGION
    set -l override (__leapp_override)
    test -z "$LEAPP_SESSION_PROTECTED"
    or set yes --yes
    set -l script ($__leapp_bin use --shell=fish --unattended $yes \
        --begun-with="$LEAPP_SESSION_OPTIONS" -- $LEAPP_SESSION </dev/null 2>/dev/null)
    set -l code $status
    if test $code -eq 0
        set -g __leapp_busy
        eval $script
        if test "$override" = AWS_REGION
            set -eg AWS_REGION
            test -z "$region"
            or set -gx AWS_REGION $region
        end
        set -e __leapp_before
        set -e __leapp_busy
        __leapp_begin
        __leapp_show
    else if test $code -eq 3
        __leapp_tell_once "$LEAPP_SESSION cannot be renewed without you"
    end
end

# Says why there are no new credentials, once for those that end.
function __leapp_tell_once
    test "$__leapp_told" != "$LEAPP_SESSION_EXPIRATION"
    or return
    set -g __leapp_told $LEAPP_SESSION_EXPIRATION
    printf 'leapp: %s: leapp use %s\n' $argv[1] $LEAPP_SESSION >&2
end

if set -q LEAPP_EXEC
    __leapp_adopt
end
