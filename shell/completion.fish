# Completion of `leapp` and `leapp-exec` for fish: the last part of the hook, and by itself what
# `leapp generate completions fish` prints for packages.

# The hook names its own `leapp`; without it, the one on PATH answers.
functions -q __leapp_switch
or set -g __leapp_bin leapp

# fish reads a package's file also where the hook has brought the same.
if not functions -q __leapp_complete
    complete -c leapp -f -a '(__leapp_complete)'
    complete -c leapp-exec -f -a '(__leapp_complete)'
end

# Completes `leapp` and `leapp-exec`. What follows `--` is a command line of its own.
function __leapp_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l separator (contains -i -- -- $words)
    if test -n "$separator"
        and string match -qr '(^|/)leapp-exec$|^exec$' -- $words[1..2]
        set -e words[1..$separator]
        complete -C (string join ' ' -- (string escape -- $words) "$word")
    else
        $__leapp_bin complete -- $words "$word" 2>/dev/null
    end
end
