using Perisai.Cli.Walking;
using Perisai.Engine;
using Perisai.Linux;

namespace Perisai.Cli.ClamScan;

/// <summary>What clamscan decides of a path that it is given, before it walks: whether a link is followed, and whether its name is left out.</summary>
internal sealed class ArgumentScreen(ClamScanSettings settings)
{
    /// <summary>What stands for the path; null where it is to be walked.</summary>
    public WalkEntry? Look(string argument)
    {
        var name = NameEncoding.EncodeTerminated(argument);
        if (LinuxFile.Status(null, name, followLink: false, out var status) != 0)
            return null;
        var path = new FilePath(null, argument);
        if (status.Kind == FileKind.SymbolicLink)
        {
            // A link to nothing is one that is not followed.
            var leads = LinuxFile.Status(null, name, followLink: true, out status) == 0;
            var followed = status.Kind == FileKind.Directory ? settings.FollowDirectories : settings.FollowFiles;
            if (!leads || followed == 0)
                return new() { Path = path, Reason = NotScannedReason.SymbolicLink };
        }

        var taken = status.Kind switch
        {
            FileKind.Directory => settings.Filter.TakesDirectory(path),
            FileKind.File => settings.Filter.TakesFile(path),
            _ => true,
        };
        return taken ? null : new() { Path = path, Reason = NotScannedReason.Excluded };
    }
}
