using System.Text;

namespace Perisai.Engine.Containers.Ole2.Encryption;

/// <summary>The passwords to try on a document, as Office hashes them: in UTF-16.</summary>
internal static class OfficePasswords
{
    /// <summary>Office itself tries this one, with which it encrypts documents that are protected against changes only.</summary>
    private const string Default = "VelvetSweatshop";

    public static IEnumerable<byte[]> Of(IMemberSink sink)
    {
        yield return Encoding.Unicode.GetBytes(Default);
        foreach (var password in sink.Passwords)
            yield return Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(password));
    }
}
